# 桌面便利：常用回复、标签、步骤、用时

## 常用回复
replies-title = 常用回复
replies-lead = 写一次，到处用；花括号里的内容会自动填好。
replies-empty = 还没有常用回复
replies-empty-words = 把常说的话写下来，例如受理确认、上门提醒、请求补充信息。
replies-none = 还没有常用回复。可在热线的“常用回复”里添加。
reply-new = 新建常用回复
reply-edit = 修改常用回复
reply-remove = 删除
reply-every-kind = 所有类别
reply-variables = 可以使用的变量：
reply-variable-customer = 客户
reply-variable-contact = 联系人
reply-variable-number = 故障号码
reply-variable-title = 标题
reply-variable-deadline = 最近的时限
reply-variable-hotline = 售后电话
reply-variable-agent = 本人姓名
notice-reply-kept = 常用回复已保存
notice-reply-removed = 常用回复已删除
error-reply-variable = 没有“{ $given }”这个变量

## 标签、步骤、用时
tags-title = 标签
tags-none = 没有标签。
tags-add = 添加标签
tags-remove = 去掉标签
steps-title = 待办步骤
steps-none = 没有步骤。
steps-add = 添加一步
time-title = 用时
time-none = 还没有记录用时。
time-total = 共 { $span }
time-spent = 用时，例如 25、1h30
time-note = 做了什么
time-add = 记录用时
notice-tagged = 标签已添加
notice-untagged = 标签已去掉
notice-time-spent = 用时已记录
notice-step-added = 步骤已添加
notice-step-ticked = 步骤已更新
error-time-spent = “{ $given }”不是用时，请写成 25、1h30 或 1:30
ticket-verb-tag = 标签
ticket-verb-time = 记录用时
ticket-verb-step = 步骤
queue-filter-tag = 标签

## 大面积故障
children-title = 本单包含的服务单
children-count = { $n } 张服务单属于这次大面积故障。
children-hint = 恢复或解决后，可以让它们一并恢复或解决。
children-restore = 一并恢复
children-resolve = 一并解决
notice-children-followed = { $n } 张服务单已一并处理
ticket-relation-part-of = 属于大面积故障
ticket-relation-whole-of = 包含
intake-alike = 同一网点未结的服务单，可能是同一件事

## 经过
fact-ticket-tagged = 添加标签：{ $tag }
fact-ticket-untagged = 去掉标签：{ $tag }
fact-ticket-time-spent = { $agent } 用时 { $minutes } 分
fact-ticket-step-added = 添加步骤
fact-ticket-step-done = 完成步骤
fact-ticket-step-undone = 重新打开步骤
