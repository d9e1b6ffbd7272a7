# 工作台便利：常用回复、标签、步骤、用时、大面积故障

## 设置
nav-settings = 设置
every-kind = 所有类别
every-team = 所有班组
template-archive = 归档
field-tag = 标签
field-steps = 步骤
field-by-itself = 自动加入
field-work = 工作内容

## 常用回复
replies-title = 常用回复
replies-lead = 写一次，到处用；花括号里的内容会自动填好。
replies-empty = 还没有常用回复
replies-empty-words = 把常说的话写下来，例如受理确认、上门提醒、请求补充信息。
replies-none = 还没有适用的常用回复，可以在“设置”里添加。
replies-search = 查找常用回复
reply-new = 新建常用回复
reply-edit = 修改常用回复
reply-title-hint = 在菜单里按它查找。
reply-archive-hint = 归档后不再出现在菜单里；已经写出的话不受影响。
reply-languages = 语言
reply-language-zh-hans = 简体中文
reply-language-zh-hant = 繁体中文
reply-language-en = 英文
reply-variables = 可以使用的变量，写回复时自动填好；语言随联系人：
reply-variable-customer = 客户
reply-variable-contact = 联系人
reply-variable-site = 网点
reply-variable-number = 故障号码
reply-variable-title = 标题
reply-variable-deadline = 最近的时限
reply-variable-hotline = 售后电话
reply-variable-agent = 本人姓名
notice-reply-kept = 常用回复已保存
notice-reply-archived = 常用回复已归档
error-reply-variable = 没有“{ $given }”这个变量

## 检查单与步骤
checklists-title = 检查单
checklists-lead = 同类服务单要做的步骤，写一次，加到单上逐项勾选。
checklists-empty = 还没有检查单
checklists-empty-words = 例如断网排查：查电源、查网线、查光模块。
checklist-new = 新建检查单
checklist-edit = 修改检查单
checklist-steps-hint = 每行一步，最多 50 步。
checklist-by-itself-hint = 新登记的同类服务单自动带上这些步骤。
checklist-by-itself-short = 自动
checklist-archive-hint = 归档后不再提供选择；已经加到单上的步骤不受影响。
checklist-take = 加入检查单
notice-checklist-kept = 检查单已保存
notice-checklist-archived = 检查单已归档
error-too-many-steps = 最多 { $most } 步
refusal-too-many-steps = 一张服务单最多 { $most } 步；先完成一些，或另开一张单。
steps-title = 待办步骤
steps-none = 没有步骤。
steps-add = 添加一步
steps-done = { $done } / { $all }
notice-step-added = 步骤已添加
notice-step-ticked = 步骤已更新
ticket-verb-step = 添加或勾选步骤

## 标签
tags-title = 标签
tags-none = 没有标签。
tags-add = 添加标签
tags-remove = 去掉标签
tags-queue = 查看待办中带此标签的服务单
notice-tagged = 标签已添加
notice-untagged = 标签已去掉
ticket-verb-tag = 标签
refusal-too-many-tags = 一张服务单最多 { $most } 个标签；先去掉用不着的。
queue-filter-tag = 标签

## 用时
work-analysis = 分析排查
work-talk = 与客户沟通
work-remote = 远程处理
work-on-site = 现场处理
work-travel = 路途
work-paperwork = 文书
time-title = 用时
time-none = 还没有记录用时。
time-total = 合计
time-more = 更早的记录
time-spent = 用时，例如 25、1h30
time-note = 做了什么
time-add = 记录用时
time-withdraw = 记错了，撤回
time-withdrawn = 已撤回
notice-time-spent = 用时已记录
notice-time-withdrawn = 用时已撤回
error-time-spent = “{ $given }”不是用时，请写成 25、1h30 或 1:30，最多 24 小时
refusal-time-of-another = 这是别人记录的用时，只能由本人撤回。
ticket-verb-time = 记录用时

## 大面积故障
parts-title = 属于本故障的服务单
parts-count = 共 { $n } 张，{ $open } 张未结。
parts-more = 另外 { $n } 张
parts-hint = 恢复或解决后，可以让它们一并恢复或解决。
parts-restore = 一并恢复
parts-resolve = 一并解决
parts-able = 可以处理其中的 { $n } 张。
parts-too = 同时用于属于本故障的 { $n } 张服务单
parts-too-hint = 每张单各自留有记录，各自的联系人会看到。
parts-left-title = 部分服务单没有跟上
parts-back = 回到服务单
notice-parts-followed = { $n } 张服务单已一并处理
ticket-relation-part-of = 属于大面积故障
ticket-relation-whole-of = 包含
refusal-part-of-another = 这张服务单已经属于 { $number }；先解除，再重新关联。
refusal-has-parts = 有服务单属于这张单，它不能再属于别的单。
refusal-parent-is-part = 对方自己属于 { $number }；请直接关联到那张单。
refusal-too-many-parts = 一次大面积故障最多包含 { $most } 张服务单。

## 可能重复
alike-title = 可能是同一件事
alike-hint = 未结、内容相近：合并重复的，或归到同一个大面积故障。
alike-link = 归入此故障

## 经过
fact-ticket-tagged = 添加标签：{ $tag }
fact-ticket-untagged = 去掉标签：{ $tag }
fact-ticket-time-spent = { $agent } 用时 { $minutes } 分：{ $work }
fact-ticket-time-withdrawn = { $agent } 撤回了记错的用时 { $minutes } 分
fact-ticket-step-added = 添加步骤
fact-ticket-checklist-added = 加入检查单，共 { $steps } 步
fact-ticket-step-done = 完成步骤
fact-ticket-step-undone = 重新打开步骤
