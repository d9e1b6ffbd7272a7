# 待办队列
nav-queue = 待办队列
queue-title = 待办队列
queue-report = 登记服务单
queue-search = 标题、客户或故障号码

## 列与分段
queue-column-due = 到期
queue-column-owed = 应履约
queue-column-ticket = 服务单
queue-column-matter = 事项
queue-column-stands = 状态与处理人
queue-part-overdue = 已超时
queue-part-today = 今天到期
queue-part-tomorrow = 明天到期
queue-part-later = 以后到期
queue-part-still = 没有在走的时限
queue-clock-paused = 计时暂停
queue-clock-none = 无时限
queue-missed = { $n } 项未守时
queue-waiting-on = 等待{ $who }
queue-nobody = 未分派
queue-no-team = 未定班组
queue-me = 我
queue-my-teams = 我的班组

## 筛选
queue-filter-urgency = 紧迫程度
queue-filter-severity = 级别
queue-filter-state = 状态
queue-filter-assignee = 处理人
queue-filter-team = 班组
queue-filter-customer = 客户
queue-filter-site = 网点
queue-filter-promise = 承诺条款
queue-filter-kind = 类别
queue-filter-channel = 渠道
queue-filter-look-up = 输入名称查找
queue-urgency-overdue = 已超时
queue-urgency-at-risk = 有风险
queue-urgency-breached = 已超时或未守时
queue-open = 未结

## 选择与翻看
queue-pick = 选中 { $number }
queue-pick-all = 选中已显示的全部
queue-chosen = 项已选
queue-unpick = 取消选择
queue-more = 继续显示
queue-end = 已到末尾
queue-cut = 已按到期先后查看 { $n } 张服务单，符合条件的都列在上面；后面可能还有。
queue-by-customer-cut = 按最先到期的 { $n } 张服务单统计。

## 空列表
queue-empty = 没有未结的服务单
queue-empty-how = 客户的来电、邮件或网上报修一经登记，就会按最先到期的顺序出现在这里，倒计时随时更新。
queue-none-match = 没有符合条件的服务单
queue-none-match-how = 去掉一两个条件再看；每个条件都写在网址里，可以收藏或发给同事。

## 批量操作
bulk-assign = 分派
bulk-team = 转班组
bulk-handle = 开始处理
bulk-watch = 关注
bulk-unwatch = 取消关注
bulk-close = 关闭已解决的
bulk-assign-to = 分派给
bulk-team-to = 转给班组
bulk-watcher = 谁来关注
bulk-choose = 请选择
bulk-preview = 预览
bulk-none = 没有选中服务单
bulk-none-how = 在待办队列里用 x 键或复选框选中服务单，再选操作。
bulk-too-many = 一次最多 { $most } 张；下面是前 { $most } 张。
bulk-will = 将更改 { $n } 张
bulk-will-not = { $n } 张不会更改
bulk-do = 确认更改 { $n } 张
bulk-undoable = 完成后一分钟内可以撤销。
bulk-final = 完成后不能撤销。
bulk-column-outcome = 结果
bulk-becomes-watched = { $who }将关注
bulk-becomes-unwatched = { $who }将不再关注
bulk-progress = 进度
bulk-doing = 已完成 { $done } / { $n }
bulk-go-on = 继续
bulk-sum-done = { $n } 张已更改
bulk-sum-refused = { $n } 张未更改
bulk-sum-undone = { $n } 张已撤销
bulk-sum-kept = { $n } 张未能撤销
bulk-outcome-done = 已更改
bulk-outcome-undone = 已撤销
bulk-outcome-waiting = 等待中
bulk-outcome-refused = 未更改
bulk-undo = 撤销
bulk-undo-until = 可撤销至
bulk-back = 回到队列
refusal-cannot-undo = 这一更改不能撤销。
refusal-undo-too-late = 撤销的一分钟已过，或已经撤销过；请在各服务单上逐一更改。

## 命令面板
palette-near-number = 已存在的相近号码 · { $customer }
palette-ticket = 服务单 · { $customer }
palette-customer = 客户 · { $code }
palette-site = 网点 · { $customer }
palette-asset = 设备 · { $customer }
palette-api = API 说明
