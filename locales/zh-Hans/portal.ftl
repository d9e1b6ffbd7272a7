# 客户门户：客户自己的人看到的页面，以及我们在其上给予的权限

## 框架
portal-nav-home = 首页
portal-nav-report = 报修
portal-nav-tickets = 我的服务单
portal-nav-assets = 设备
portal-nav-duty-log = 值班记录
portal-nav-contracts = 合同
portal-account = 我的设置
portal-hotline = 售后电话（全年无休）
portal-all-sites = 全部网点
portal-language = 语言
portal-password = 修改密码

## 登录
portal-sign-in = 登录客户门户
portal-sign-in-lead = 报修、查进度、确认结果。
portal-by-link = 用邮箱登录
portal-by-link-hint = 不用密码：我们把一次性登录链接发到您的邮箱。
portal-send-link = 发送登录链接
portal-by-password = 用密码登录
portal-lookup-instead = 没有账号？用故障号码查询进度
portal-link-sent = 请查收邮件
portal-link-sent-words = 如果这个地址在我们的名册里，登录链接已经发出，{ $minutes } 分钟内有效，只能用一次。没有收到，请看看垃圾邮件，或打售后电话。
portal-link-works = 链接有效。点一下就登录。
portal-come-in = 进入
portal-invitation = 欢迎使用客户门户
portal-invitation-words = { $name }，您可以在这里为{ $customer }报修、查进度、确认结果。设一个密码，下次直接登录。
portal-without-password = 不设密码，每次用邮件链接登录
portal-letter-invitation-subject = { $company }：邀请您使用客户门户
portal-letter-invitation =
    { $name }，您好！

    { $company }邀请您使用客户门户：报修、查进度、确认结果。
    请打开下面的链接，{ $days } 天内有效：

    { $link }
portal-letter-link-subject = { $company }：登录链接
portal-letter-link =
    { $name }，您好！

    您（{ $customer }）要求登录{ $company }的客户门户。{ $minutes } 分钟内点开下面的链接即可，只能用一次：

    { $link }

    如果不是您本人要求的，不必理会，什么都不会发生。
error-portal-sign-in = 邮箱或密码不正确
notice-portal-signed-out = 已退出登录
notice-portal-saved = 已保存

## 首页与服务单
portal-hello = 您好，{ $name }
portal-report = 报修
portal-asked = 等您答复
portal-to-confirm = 等您确认
portal-open = 处理中
portal-nothing-open = 现在没有未结束的事
portal-nothing-open-words = 设备有问题时，点“报修”，马上得到故障号码。
portal-all-tickets = 查看全部服务单
portal-no-tickets = 还没有服务单
portal-no-tickets-words = 报修之后，这里能看到每一件事的经过。
portal-next = 下一项承诺
portal-owed-handling = 我们最迟 { $at } 着手处理
portal-owed-arrival = 工程师最迟 { $at } 到场
portal-owed-diagnosis = 最迟 { $at } 告诉您诊断结果
portal-owed-plan = 最迟 { $at } 给您处理方案
portal-owed-loaner = 最迟 { $at } 修好或提供代用设备
portal-owed-restoration = 最迟 { $at } 恢复使用
portal-owed-other = { $title }：最迟 { $at }
portal-promises = 我们的承诺
portal-promise-ended = { $title }（{ $at }）
portal-state-running = 进行中
portal-state-overdue = 已晚
portal-state-paused = 等答复，暂停计时
portal-state-kept = 按时做到
portal-state-late = 做到了，但晚了
portal-state-missed = 没有做到
portal-state-waived = 您已免除
portal-state-void = 不再适用
portal-calm-resolved = 我们认为已经解决，请您确认。
portal-calm-restored = 已经恢复使用，我们在查清原因。
portal-calm-waiting = 正在等待另一方的答复，我们会继续跟进。
portal-calm-no-contract = 我们在处理。没有生效的合同覆盖此处，因此没有约定时限。
portal-calm-working = 我们在处理。
portal-we-ask = 请您答复
portal-answer-hint = 答复之后，计时自动继续。
portal-answer = 答复
portal-is-it-solved = 解决了吗？
portal-is-it-solved-words = 请试一试。没问题就确认，这件事就此结束。
portal-confirm = 确认已解决
portal-not-solved = 没有解决？
portal-still-wrong = 还有什么不对
portal-reopen = 重新打开
portal-reply = 补充说明或照片
portal-reply-text = 想告诉我们什么
portal-send = 发送
notice-portal-answered = 已收到您的答复，计时继续
notice-portal-confirmed = 谢谢确认，这件事已结束
notice-portal-reopened = 已重新打开，我们马上处理
notice-portal-replied = 已发送

## 报修
portal-unit = 哪台设备
portal-unit-hint = 扫设备上的二维码更快
portal-unit-unknown = 不清楚，或不是某一台
portal-other-unit = 换一台
portal-site-of-unit = 按设备所在
portal-what = 出了什么问题
portal-details = 详细情况
portal-how-bad = 影响
portal-impact-message-only = 有异常提示，但能用
portal-impact-disrupted = 设备不正常或不能用
portal-impact-total-outage = 全部瘫痪，对外服务中断
portal-photos = 照片或视频
portal-photos-hint = 可以选几张；手机上可直接拍照
portal-onsite = 希望工程师到现场
portal-not-a-fault = 不是故障？
portal-send-report = 提交，取得故障号码
portal-reported = 已收到
portal-keep-number = 以后凭这个号码查询，电话里也可以报它。
portal-follow = 查看进度

## 经过，给客户看的说法
portal-fact-ticket-reported = 报修
portal-fact-ticket-severity-changed = 级别定为{ $severity }
portal-fact-ticket-handling-started = 开始处理
portal-fact-ticket-waiting-started = 等待{ $addressee }答复
portal-fact-ticket-waiting-ended = 收到答复，继续处理
portal-fact-ticket-onsite-requested = 要求工程师到现场
portal-fact-ticket-onsite-withdrawn = 不再要求到现场
portal-fact-ticket-engineer-arrived = 工程师{ $engineer_name }到场
portal-fact-ticket-remote-analysis-started = 开始远程分析
portal-fact-ticket-diagnosis-delivered = 诊断结果
portal-fact-ticket-plan-delivered = 处理方案
portal-fact-ticket-restored = 恢复使用
portal-fact-ticket-resolved = 已解决
portal-fact-ticket-closed = 结束
portal-fact-ticket-reopened = 重新打开
portal-fact-ticket-cancelled = 撤销
portal-fact-ticket-deadline-agreed = 商定新的时限：{ $promise }，{ $at }
portal-fact-ticket-promise-waived = 免除承诺：{ $promise }
portal-fact-ticket-deadline-proposed = 提议新的时限：{ $promise }，{ $at }
portal-fact-ticket-waiver-proposed = 请求免除承诺：{ $promise }
portal-fact-ticket-proposal-declined = 不同意提议
portal-fact-ticket-proposal-withdrawn = 撤回提议
portal-fact-ticket-note-added = 说明
portal-fact-ticket-message-received = 留言
portal-fact-ticket-attachment-added = 文件
portal-fact-remote-consent-announced = 允许以后远程登录，到 { $at } 为止
portal-fact-remote-consent-given = 允许远程登录，到 { $at } 为止
portal-fact-remote-consent-ended = 远程登录的许可结束
portal-fact-remote-session-started = 工程师开始远程登录
portal-fact-remote-session-ended = 工程师结束远程登录

## 我们给联系人的门户权限
portal-access = 客户门户
portal-access-given = 可以登录
portal-access-seen = 最近登录
portal-access-never = 还没有登录过
portal-access-none = 还不能登录客户门户。
portal-access-no-mail = 没有邮箱。先填上邮箱，才能让其登录客户门户。
portal-access-change = 修改权限
portal-access-give = 允许登录
portal-access-role = 角色
portal-access-sites = 网点
portal-access-sites-hint = 管理者看到全部网点，不用选
portal-access-invite = 发邀请
portal-access-end = 取消登录
portal-invited = 邀请已发出
portal-invited-words = 邀请邮件已发出，{ $days } 天内有效。也可以把下面的链接当面交给对方；它等于一把钥匙，请只给本人。
portal-copy-link = 复制链接
portal-back-to-contact = 回到联系人
notice-portal-access-given = 门户权限已保存
notice-portal-access-ended = 已取消门户登录
error-guest-sites = 至少选一个网点
refusal-guest-without-mail = 这位联系人没有邮箱，链接无处可发。请先填上邮箱。
guest-role-reporter = 报修人
guest-role-reporter-does = 在所选网点报修、跟进、确认
guest-role-manager = 管理者
guest-role-manager-does = 代表整个客户，看到全部网点和合同
guest-role-duty = 值班员
guest-role-duty-does = 写值班记录，也能报修
guest-right-follow = 查看门户
guest-right-report = 报修和答复
guest-right-agree = 同意时限
guest-right-consent = 允许远程登录
guest-right-see-contracts = 查看合同
guest-right-keep-duty-log = 写值班记录

## 文件给不给客户看
attachments-share = 给客户看
attachments-unshare = 不给客户看
attachments-shared = 客户可见
notice-attachment-shared = 已更改客户能否看到这个文件

## 安全事件
nav-security = 安全
security-lead = 有人想看不属于自己的东西：没有看到，但都记下来了。
security-none = 没有可疑的请求
security-none-words = 门户上越权的编号、伪造的二维码和失效的链接会列在这里。
security-what = 什么
security-who = 谁
security-times = 次数
security-path = 最后一次的地址
security-last = 最后一次
security-foreign-id = 越权的编号
security-forged-code = 伪造的二维码
security-dead-link = 失效的链接

## 登记在册的事实
fact-contact-portal-access-given = 允许登录客户门户（{ $role }）
fact-contact-portal-access-changed = 修改门户权限（{ $role }）
fact-contact-portal-access-ended = 取消登录客户门户
fact-contact-portal-password-set = 设置了门户密码
fact-ticket-attachment-shared = 更改附件是否给客户看

## 提议与同意
proposals-title = 向客户提议
proposals-none = 没有提议。
proposals-new = 提议新的时限
proposals-as-waiver = 请客户免除这项承诺，不是改时限
proposals-reason-hint = 客户会看到
proposals-send = 发给客户
proposals-withdraw = 撤回
proposals-waiver = 免除
proposal-open = 等客户答复
proposal-accepted = 已同意
proposal-declined = 不同意
proposal-withdrawn = 已撤回
proposals-letter-subject = { $company }：{ $number } 有一项提议等您答复
proposals-letter =
    您好！

    您报的事“{ $title }”（故障号码 { $number }），我们有一项提议，请您看看是否同意：

    { $link }

    在您同意之前，原来的承诺照旧有效。
notice-proposal-sent = 提议已发给客户
notice-proposal-withdrawn = 提议已撤回
refusal-proposal-open = 这项承诺已有一项提议在等客户答复。要改，先撤回它。
portal-proposal = 我们的提议
portal-proposal-deadline = { $promise }：改为最迟 { $at }
portal-proposal-waiver = 免除这项承诺：{ $promise }
portal-proposal-hint = 在您同意之前，原来的承诺照旧有效。
portal-accept = 同意
portal-decline = 不同意
portal-decline-why = 为什么（可不填）
notice-portal-accepted = 已同意，新的约定已生效
notice-portal-declined = 已告诉我们您不同意，原来的承诺照旧

## 远程登录
remote-access = 远程登录
remote-allowed = 客户已许可
remote-allowed-later = 许可尚未开始
remote-not-allowed = 客户没有许可，不能远程登录。
remote-note-consent = 记下客户的许可
remote-way = 怎么许可的
remote-who = 谁许可
remote-target = 登录什么
remote-time = 时间
remote-from = 从何时起
remote-hours = 多少小时
remote-ended = 结束
remote-enter = 开始远程登录
remote-leave = 结束并记录
remote-done = 做了什么
remote-running = 进行中
remote-withdrawn-by-customer = 客户收回许可
remote-tools = 远程工具
remote-tools-none = 还没有远程工具的链接。
remote-tools-add = 加一个链接
remote-tools-remove = 移除
remote-tools-label = 名称
remote-tools-url = 链接
remote-tools-url-hint = 例如 rustdesk://123456789、https://mesh…、ssh://…
remote-tools-hint = 只有在客户许可期间开始远程登录之后，服务单上才显示这些链接。
notice-remote-link-saved = 远程工具的链接已更新
notice-remote-allowed = 许可已记下
notice-remote-withdrawn = 许可已收回，正在进行的远程登录已结束
notice-remote-entered = 远程登录已开始记录
notice-remote-left = 远程登录已记录
consent-way-portal = 在门户上
consent-way-phone = 电话
consent-way-mail = 邮件
consent-end-expired = 到期
consent-end-withdrawn = 客户收回
portal-consent = 允许远程登录
portal-consent-words = 工程师可能需要远程登录您的系统。没有您的许可，谁也不会登录；您随时可以收回。
portal-withdraw-consent = 收回许可
error-consent-over = 结束时间要在开始之后，也要在现在之后
error-consent-long = 一次许可最多 { $days } 天
error-consent-hours = “{ $given }”不是小时数
error-consent-before-report = 许可不能早于报修
error-remote-link = “{ $given }”不是可用的链接：以 https://、ssh://、rustdesk://、rdp:// 或 vnc:// 开头
refusal-consent-stands = 已有一项许可有效。要另给，先收回它。
refusal-consent-missing = 客户没有许可远程登录。先请客户在门户上许可，或记下电话里的许可。
refusal-consent-not-yet = 许可从 { $from } 才开始。
refusal-consent-over = 许可已经结束。请客户再许可一次。
fact-remote-consent-announced = 客户允许以后远程登录
fact-remote-consent-given = 客户允许远程登录
fact-remote-consent-ended = 远程登录的许可结束
fact-remote-session-started = 开始远程登录
fact-remote-session-ended = 结束远程登录
fact-ticket-deadline-proposed = 提议新的时限：{ $promise }，{ $due_at }
fact-ticket-waiver-proposed = 请客户免除承诺：{ $promise }
fact-ticket-proposal-declined = { $contact }不同意提议
fact-ticket-proposal-withdrawn = 撤回提议

## 设备与合同
portal-service = 服务合同
portal-covered-until = 合同覆盖，到 { $on }
portal-not-covered = 没有合同覆盖
portal-no-assets = 还没有登记设备
portal-no-assets-words = 我们登记之后，这里能看到每台设备和它的质保。
portal-no-sites = 还没有您能看到的网点
portal-no-sites-words = 请打售后电话，让我们为您加上。
portal-no-contracts = 没有合同
portal-no-contracts-words = 合同登记之后，这里能看到约定了什么。
portal-no-commitment = 这份合同还没有绑定服务承诺。
portal-contract-number = 合同号
portal-contract-time = 期限

## 值班记录
duty-log = 值班记录
duty-log-lead = 每班记一笔，巡检时我们会看。
duty-log-new = 记一笔
duty-log-none = 还没有值班记录
duty-log-none-words = 客户的值班员在门户上写，每月巡检时查看。
duty-log-all = 全部记录
duty-on = 日期
duty-shift = 班次
duty-shift-hint = 白班、夜班…
duty-person = 值班人
duty-text = 情况
duty-text-hint = 设备运行情况、异常、处理。纸质记录可以拍照
notice-duty-logged = 值班记录已保存
error-duty-in-the-future = 这一天还没到
fact-site-duty-logged = 值班记录：{ $on } { $shift }

## 按号码查询
lookup-title = 按故障号码查询
lookup-lead = 没有账号也能查：我们把链接发到报修时留的联系方式。
lookup-known = 报修时留的邮箱或电话
lookup-known-hint = 链接只发到服务单上留的联系方式
lookup-do = 发送查询链接
lookup-sent = 请查收
lookup-sent-words = 如果号码和联系方式对得上，查询链接已经发出，{ $minutes } 分钟内有效。
lookup-letter-subject = { $company }：{ $number } 的进度
lookup-letter =
    您好！

    故障号码 { $number } 的进度在这里，{ $minutes } 分钟内可看：

    { $link }

    如果不是您要求的，不必理会。
lookup-text = { $company }：故障号码 { $number } 的进度，{ $minutes } 分钟内可看 { $link }
lookup-state = 服务进度
lookup-asked = 我们在等您答复一个问题。请登录门户或打售后电话。
lookup-until = 此页可看到
lookup-more = 登录后可看全部经过
lookup-link = 给客户查询链接
lookup-link-words = 把这个链接交给客户，{ $minutes } 分钟内不用登录就能看到进度和承诺，看不到内容。
lookup-back = 回到服务单

## 标签
labels-title = 二维码标签
labels-lead = 贴在设备上，扫一扫就能为这一台报修。
labels-print = 打印
labels-scan = 扫码报修
