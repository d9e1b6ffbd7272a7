# What was done for a site (C2.6, C2.7, C3.6, C6.2)

service-records = 服务记录
service-none = 还没有记录
service-none-words = 上门和培训计入本网点的承诺：每季度一次定期维护、每月一次巡检、三名系统管理人员培训。
service-new = 登记一次服务
service-kind = 做了什么
service-done-on = 日期（网点当地）
service-duty-log-reviewed = 已查看值班记录
service-duty-log-hint = 巡检须查看值班记录才计入（C3.6）
service-trainee = 受训人
service-trainee-hint = 仅培训时填写
service-training-days = 天数
service-days = { $n } 天
service-remark = 备注
service-record = 登记
notice-service-recorded = 已登记
service-kind-maintenance = 定期维护
service-kind-inspection = 巡检
service-kind-advice = 专职工程师拜访
service-kind-training = 管理人员培训
error-done-in-the-future = 日期还没到。请填写实际完成的日期
error-training-days = 请填写整天数，1 到 { $most }
fact-visit-finished = 登记了上门服务
fact-administrator-trained = 登记了管理人员培训

# What is ahead at a site.
outlook-visits = 建议的上门
outlook-visits-words = 未来六个月最少 { $n } 次上门即可兑现全部定期承诺；一次上门尽量做完几件事。
outlook-no-visits = 未来六个月没有尚欠的上门。
outlook-unmet = “{ $promise }”已排不下：还差 { $n } 次，期限内没有空余的工作日。
outlook-movable = 可在 { $from } 至 { $to } 之间移动
outlook-faults = 故障频率
outlook-periodic = 定期维护足够
outlook-irregular = 需不定期维护
outlook-every = 不定期维护：至少每 { $days } 天一次
outlook-post = 需派人驻场
outlook-plot-said = { $days } 天内 { $faults } 次故障，其中 { $maintenance } 次因维护不当
outlook-key-faults = 全部故障（累计）
outlook-key-maintenance = 因维护不当
outlook-key-visits = 承诺的定期维护
outlook-key-fitted = 拟合的趋势
rate-seen = { $days } 天内 { $all } 次故障，其中 { $faults } 次因维护不当：每年 { $rate } 次（{ $confidence }% 置信区间 { $low } 至 { $high }）。
rate-not-above = 不高于每年 { $periodic } 次的定期维护，定期维护足够。
rate-too-few-faults = 虽高于每年 { $periodic } 次，但次数太少，还不足以改变安排。
rate-may-be-chance = 虽高于每年 { $periodic } 次，但不能排除偶然。
rate-above = 高于每年 { $periodic } 次的定期维护：按承诺改为不定期维护。
rate-not-yet-low = 已回落，但仍高于每年 { $withdraw } 次，不定期维护继续。
rate-fell-back = 已降到每年 { $withdraw } 次以下，不定期维护撤销。
rate-plan-every = 平均每 { $between } 天一次故障，所以至少每 { $days } 天上门一次。
rate-plan-post = 故障每年 { $rate } 次，天天都有：上门再勤也不够，须派人驻场。
rate-trend-too-few = 故障太少，看不出趋势。
rate-trend-wear = 故障越来越密（β = { $beta }，p = { $p }）：磨损的样子。增加上门，并安排更换。
rate-trend-early-life = 故障越来越稀（β = { $beta }，p = { $p }）：安装初期的缺陷正在暴露。维持上门直到稳定。
rate-trend-random = 没有趋势（p = { $p }）：增加上门不会减少故障，应更换部件、改进设计或环境。
outlook-too-soon = 这里才观察了 { $days } 天，还画不出图。
