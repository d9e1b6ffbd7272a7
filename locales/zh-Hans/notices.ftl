# Notices: to customers and to staff, how each is told, gateways

## What somebody is told
told-received = 已受理
told-question = 向客户提问
told-answer = 答复客户
told-dispatched = 已派工程师
told-restored = 业务已恢复
told-resolved = 已解决，请确认
told-closed = 已关闭
told-deadline-agreed = 已商定期限
told-emergency = 紧急故障
told-assigned = 分派给我
told-mentioned = 有人提到我
told-warning = 期限临近
told-overdue = 期限已过
told-call-reported = 未解决通话呈报
told-undelivered = 发送失败
told-channel-down = 渠道中断

## Subjects and words. Values: number, title, customer, site, name, by, text, deadlines, due, promise, arrives, engineer, transport, link
told-received-subject = [{ $number }] 已受理：{ $title }
told-received-text =
    { $name }，您好：

    您报告的“{ $title }”已受理，故障号码为 { $number }，请留存以便查询。

    我们向您承诺的时间：
    { $deadlines }

    如需补充，直接回复本邮件即可。
told-question-subject = [{ $number }] 需要您答复：{ $title }
told-question-text =
    { $name }，您好：

    为继续处理，请您答复：

    { $text }

    在您答复之前，我方计时暂停。直接回复本邮件即可。
told-answer-subject = [{ $number }] { $title }
told-answer-text =
    { $name }，您好：

    { $text }

    { $by }
told-dispatched-subject = [{ $number }] { $engineer } 将于 { $arrives } 到达
told-dispatched-text =
    { $name }，您好：

    针对“{ $title }”，我们派工程师到现场：

    工程师：{ $engineer }
    到达时间：{ $arrives }
    交通方式：{ $transport }

    如有变动，我们会立即通知您。
told-restored-subject = [{ $number }] 业务已恢复：{ $title }
told-restored-text =
    { $name }，您好：

    您的业务已恢复。我们会继续处理“{ $title }”的原因。

    { $text }
told-resolved-subject = [{ $number }] 已解决，请确认：{ $title }
told-resolved-text =
    { $name }，您好：

    “{ $title }”已解决：

    { $text }

    请确认是否正常。如仍有问题，请回复本邮件，我们继续处理。
told-closed-subject = [{ $number }] 已关闭：{ $title }
told-closed-text =
    { $name }，您好：

    “{ $title }”已关闭。故障号码 { $number } 一直有效：如再次发生，请告知此号码。
told-deadline-agreed-subject = [{ $number }] 已商定：{ $promise }，{ $due } 前
told-deadline-agreed-text =
    { $name }，您好：

    经与您商定，“{ $promise }”的期限改为 { $due }。

    原因：{ $text }

    如与您的意见不符，请致电我们。
told-emergency-subject = 紧急 [{ $number }] { $customer }：{ $title }
told-emergency-text =
    { $customer } { $site }

    { $title }

    请立即确认接手，否则将通知下一位。

    { $deadlines }
told-assigned-subject = [{ $number }] 分派给您：{ $title }
told-assigned-text =
    { $by } 将 { $customer } { $site } 的服务单分派给您。

    { $title }

    { $deadlines }
told-mentioned-subject = [{ $number }] { $by } 提到了您：{ $title }
told-mentioned-text =
    { $by }：

    { $text }
told-warning-subject = [{ $number }] { $due } 到期：{ $promise }
told-warning-text =
    { $customer } { $site }：{ $title }

    “{ $promise }”将于 { $due } 到期。
told-overdue-subject = [{ $number }] 已超期（{ $due }）：{ $promise }
told-overdue-text =
    { $customer } { $site }：{ $title }

    “{ $promise }”应于 { $due } 完成，尚未完成。
told-call-reported-subject = [{ $number }] 通话未解决，请跟踪：{ $title }
told-call-reported-text =
    { $customer } { $site }：{ $title }

    有一通电话未能当场解决。记录如下：

    { $text }
told-undelivered-subject = 发送失败：{ $title }
told-undelivered-text =
    多次尝试后仍无法送达。对方最后的答复：

    { $text }
told-channel-down-subject = 渠道中断：{ $title }
told-channel-down-text =
    渠道“{ $title }”无响应或出错，客户可能无法通过它联系我们。

    { $text }
told-deadline-line = - { $promise }：{ $due }
told-hotline = 售后热线（全天候，含节假日）：{ $number }
told-mail = 邮箱：{ $address }
told-example-title = 核心交换机无响应
told-example-customer = 示例银行
told-example-site = 总部机房
told-example-name = 李明
told-example-by = 王芳
told-example-text = 已更换电源模块。
told-example-promise = 工程师到场
told-example-promise-2 = 紧急处理方案
told-example-transport = 汽车

## The bell
way-page = 页面
bell-title = 通知
bell-none = 没有通知
bell-none-lead = 分派给您的、提到您的和即将到期的事项会显示在这里。
bell-new = 新
bell-read-all = 全部标为已读
notice-bell-read = 所有通知已标为已读。

## How a person is told what
choices-title = 通知方式
choices-lead = 为每种事件选择接收通知的方式。
choices-event = 事件
choices-quiet = 免打扰时段
choices-quiet-hint = 邮件、群消息和短信会等到时段结束再发送。紧急故障始终立即通知。
choices-quiet-from = 开始
choices-quiet-to = 结束
choices-usual = 恢复角色默认
choices-no-mail = 您的账号没有邮箱，请联系管理员填写。
choices-no-phone = 您的账号没有手机号，群消息和短信无法通知到您。
notice-choices-saved = 已保存您的选择。

## What customers are told
notice-words-title = 通知内容
notice-words-lead = 对谁说什么，三种语言。
notice-words-no-hotline = 未设置热线号码，通知中没有售后电话（C7.8）。请在配置中设置 hotline。
notice-words-choose = 给客户的邮件
notice-words-words = 内容预览
notice-words-to-customer = 给客户
notice-words-to-staff = 给员工
notice-words-locale = 语言
notice-words-told = 通知客户的事项
notice-notices-saved = 已保存。

## A public note by mail
note-mail = 同时用邮件发给联系人
note-mail-hint = 只发送客户可见的内容

## Gateways
gateways-title = 通知网关
gateways-lead = 通知发往的聊天群、程序和短信服务。
gateways-new = 新建网关
gateways-none = 还没有网关
gateways-none-lead = 添加群机器人、Webhook 或短信服务。
gateway-kind = 类型
gateway-kind-wecom = 企业微信群机器人
gateway-kind-wecom-does = 通知企业微信群，并按手机号提醒成员。
gateway-kind-dingtalk = 钉钉群机器人
gateway-kind-dingtalk-does = 通知钉钉群，使用机器人的加签密钥。
gateway-kind-feishu = 飞书群机器人
gateway-kind-feishu-does = 通知飞书群，使用机器人的签名密钥。
gateway-kind-webhook = Webhook
gateway-kind-webhook-does = 每发生一个事实就调用一次程序，按 Standard Webhooks 签名。
gateway-kind-sms = 短信
gateway-kind-sms-does = 通过服务商的 HTTP 接口发送短信。
gateway-name = 名称
gateway-host = 主机
gateway-state = 状态
gateway-on = 启用
gateway-paused = 已暂停
gateway-paused-words = 暂停期间不向它发送，等待中的消息会保留。
gateway-address = 地址
gateway-address-hint = 对方给出的地址。内网地址会被拒绝，除非配置允许。
gateway-address-sms-hint = 可包含 {"{to}"} 和 {"{text}"}。内网地址会被拒绝，除非配置允许。
gateway-secret = 密钥
gateway-secret-hint = 加密保存，不再显示
gateway-secret-kept = 已保存密钥，只在更换时填写。
gateway-secret-made = 留空则自动生成，只显示一次
gateway-secret-once = 密钥只显示这一次。旧密钥同时有效一天。
gateway-team = 所属班组
gateway-all-teams = 所有班组
gateway-team-hint = 选择群消息的人在其班组的群里被提醒
gateway-events = 通知事项
gateway-events-chat-hint = 无论涉及谁，这些事项都会通知到群
gateway-events-webhook-hint = 要调用的事实；不发送个人姓名和自由文本
gateway-method = 请求方法
gateway-headers = 请求头
gateway-headers-hint = 每行一个，{"{secret}"} 代表密钥
gateway-body = 请求内容
gateway-body-hint = 会填入 {"{to}"}、{"{text}"} 和 {"{secret}"}，按内容类型转义
gateway-success = 成功标志
gateway-success-hint = 有的服务商失败时也返回 200；留空则任何 2xx 都算成功
gateway-try = 试发
gateway-try-words = Aftercare：这是一条试发消息，无需处理。
gateway-try-worked = 对方已接受。
gateway-try-failed = 对方没有接受
gateway-try-no-phone = 试发会发到您自己的手机，但您的账号没有手机号。
gateway-rotate = 更换密钥
gateway-pause = 暂停
gateway-resume = 恢复
notice-gateway-saved = 网关已保存。
error-web-address = { $given } 不是网址，请以 https:// 开头。
error-header = 每行一个请求头：名称、冒号、值。
error-webhook-secret = Webhook 密钥以 whsec_ 开头，后接 base64。留空可自动生成。
told-set-aside = 来信无法读取
told-set-aside-subject = 来自 { $title } 的一封来信被搁置
told-set-aside-text = 有一封来信无法收录，正在收件箱中等待处理：{ $text }
told-review-due = 知识条目待复核
told-review-due-subject = 待复核：{ $title }
told-review-due-text =
    以下条目已过复核日期，请确认内容仍然正确，或加以修订：
    { $text }
