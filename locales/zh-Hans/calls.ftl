# 热线：通话、回电与确认、交接

## 导航与控制台
nav-hotline = 热线
console-title = 热线控制台
console-begin = 来电开始
console-begin-out = 我方去电
console-answer = 接听
console-hold = 保持
console-resume = 继续通话
console-incomplete = 待补结果的通话
console-idle = 现在没有通话
console-idle-words = 电话系统报来的振铃会出现在左侧；没有电话系统时，按 b 开始一次来电。
console-context = 来电人
console-context-none = 在左侧输入电话、姓名、网点、序列号或故障号码，来电人的网点、设备和未结服务单就会出现在这里。
console-link = 就是这件事
console-no-units = 没有登记的设备。
console-another = 再登记一件事

## 通话
calls-title = 通话
calls-empty = 没有通话
calls-empty-words = 每一次来电、去电和未接来电都会记录在这里。
call-title = 与 { $who } 的通话
call-when = 时间
call-who = 通话对方
call-agent = 热线人员
call-phone = 电话号码
call-length = 通话时长
call-clock = 通话计时
call-began = 开始时间
call-result = 结果
call-note = 通话小结
call-unknown = 未知来电
call-open = 查看通话
call-to-console = 在控制台打开
call-recording = 录音
call-earlier = 以往通话
call-end = 结束通话
call-complete = 补记结果
call-hung-up = 未记结果即挂断
call-hung-up-words = 热线人员未记结果就挂断了电话，这已违反 C4.2。请现在补记结果；违约记录会保留。
call-no-outcome = 待补结果
call-no-outcome-words = 通话已经结束，还没有结果。请现在补记，未解决的会一并呈报和跟踪。
call-no-promise = 这次通话没有要履行的承诺。
call-direction-in = 来电
call-direction-out = 去电
call-state = 通话状态
call-state-ringing = 振铃
call-state-active = 通话中
call-state-held = 保持中
call-state-ended = 已结束
call-state-missed = 未接
call-missed-unanswered = 无人接听
call-missed-queue_full = 排队已满
call-ended-by = 谁挂断
call-ended-by-agent = 热线人员
call-ended-by-caller = 客户
call-ended-by-line = 线路中断
call-outcome = 通话结果
call-outcome-solved = 已解决
call-outcome-customer_diagnosing = 用户继续判断
call-outcome-customer_fixed = 用户已排除
call-outcome-dispatch = 派人上门
call-outcome-second_line = 转二线支持

## 派人通知
call-visit = 已告知客户的上门安排
call-visit-change = 改变安排
call-visit-send = 发出新通知
call-arrives = 多久到达
call-arrives-in = { $span }内
call-arrives-at = 或到达时刻
call-engineer = 派谁
call-transport = 交通方式
transport-car = 公司车辆
transport-taxi = 出租车
transport-public_transport = 公交或地铁
transport-train = 火车
transport-flight = 飞机
transport-on_foot = 步行或骑行
call-notice-visit = 故障号码 { $number }：工程师{ $who }将于 { $when } 到达现场，交通方式：{ $how }。售后电话 { $hotline }。
call-notice-second-line = 故障号码 { $number }：由二线支持{ $who }继续处理并与您联系。售后电话 { $hotline }。

## 回电与确认
call-todo-title = 回电与确认
call-todo-lead = 先到期的在最前。无人接听不算完成，只有客户的答复才算。
call-todo-none = 没有待办
call-todo-none-words = “用户继续判断”的通话要回电，“用户已排除”的要在 24 小时内确认，未接来电要马上回拨。
call-todo-all = 全部
call-todo-mine = 我的
call-todo-nobody = 无人负责
call-todo-every-kind = 所有种类
call-task-call_back = 回电
call-task-confirmation = 确认
call-task-missed = 回拨未接来电
call-task-title = { $kind }：{ $who }
call-task-done = 已完成
call-owed = 要做的事
call-due = 到期
call-owner = 负责人
call-nobody = 无人负责
call-offered-to = 等待{ $name }接收
call-take-over = 由我负责
call-attempt = 记录一次联系
call-attempts = 联系记录
call-attempt-result = 联系结果
call-attempt-save = 保存
call-attempt-no_answer = 无人接听
call-attempt-busy = 占线
call-attempt-reached = 已接通
call-answer = 客户的答复
call-answer-hint = 接通后必填。部分解决或未解决时，服务单会重新打开或继续处理。
call-answer-solved = 已解决
call-answer-partly = 部分解决
call-answer-not = 未解决
call-window = 约定的时间
call-window-from = 从何时起可以联系
call-window-until = 到何时为止
call-window-after = 约定 { $from } 之后
call-window-between = 约定 { $from } 至 { $until }
call-withdraw = 客户不再需要

## 交接
hand-over-title = 交接班
hand-over-lead = 下班前把未完成的回电与确认交给下一位；对方接收之前仍由你负责。
hand-over-give = 交给下一位
hand-over-what = 交接哪些
hand-over-to = 交给谁
hand-over-note = 交接说明
hand-over-send = 交接
hand-over-offered = { $name } 交来 { $n } 件
hand-over-accept = 接收
hand-over-nothing = 你没有待交接的事
hand-over-nothing-words = 由你负责的回电与确认会列在这里。

## 联系人的往来
contact-history = 往来全程
contact-history-title = 与 { $name } 的往来
contact-no-tickets = 还没有报过服务单。

## 提示
notice-call-ended = 通话已结束，结果已记录
notice-call-visit = 新通知已发出
notice-call-attempt = 已记录，仍需再联系
notice-call-settled = 已记录客户的答复
notice-call-reopened = 已记录，服务单已重新打开
notice-call-continues = 已记录，服务单继续处理
notice-call-withdrawn = 已记录，客户不再需要
notice-call-taken = 现在由你负责
notice-handed-over = 已交出，等待对方接收
notice-hand-over-accepted = 已接收，现在由你负责

## 经过
fact-call-begun = 通话开始（{ $direction }）
fact-call-answered = { $agent } 接听
fact-call-missed = 未接：{ $missed }
fact-call-caller-named = 确认通话对方
fact-call-ticket-linked = 通话关联到服务单
fact-call-ended = { $outcome ->
    [none] 通话结束，{ $ended_by }挂断，未记结果
   *[other] { $ended_by ->
        [none] 补记通话结果：{ $outcome }
       *[other] 通话结束，结果：{ $outcome }
    }
}
fact-call-followed-up = 未解决，已记录并呈报 { $supervisor }
fact-call-notice-sent = { $transport ->
    [none] 已通知客户
   *[other] 已通知客户：{ $engineer } { $arrives_at } 到场，{ $transport }
}
fact-call-attempted = { $agent } 联系客户：{ $result }
fact-call-window-agreed = { $until_at ->
    [none] 约定 { $from_at } 之后联系
   *[other] 约定 { $from_at } 至 { $until_at } 联系
}
fact-call-called-back = 已回电，客户答复：{ $outcome }
fact-call-confirmed = 已确认，客户答复：{ $outcome }
fact-call-handed-over = { $agent } 交接给 { $assignee }
fact-call-taken-over = 由 { $agent } 接手
fact-call-withdrawn = 客户不再需要

## 填写与规则
error-call-outcome = 请选择通话结果；没有结果不能结束通话
error-call-past = 这个时间已经过去，请填写将来的时间
error-call-second-line = 请选择转给哪个班组或哪个人
error-call-window = 结束时间要晚于开始时间
error-call-answer = 已接通时请记录客户的答复，或约定下次联系的时间
error-hand-over-nothing = 请至少选择一件
error-link = “{ $given }”不是网址
refusal-call-not-taken = 这通电话没有接起，不能这样操作。
refusal-call-needs-ticket = 未解决的通话必须记录在服务单上。请先登记或关联一张服务单。
refusal-call-no-supervisor = 没有可以呈报的主管。请管理员先设一位经理。
refusal-call-nobody-sent = 这通电话没有派人，不能改变安排。
