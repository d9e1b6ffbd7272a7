# What was done for a site (C2.6, C2.7, C3.6, C6.2)

service-records = 服務記錄
service-none = 還沒有記錄
service-none-words = 上門和培訓計入本據點的承諾：每季度一次定期維護、每月一次巡檢、三名系統管理人員培訓。
service-new = 登記一次服務
service-kind = 做了什麼
service-done-on = 日期（據點當地）
service-duty-log-reviewed = 已查看值班記錄
service-duty-log-hint = 巡檢須查看值班記錄才計入（C3.6）
service-trainee = 受訓人
service-trainee-hint = 僅培訓時填寫
service-training-days = 天數
service-days = { $n } 天
service-remark = 備註
service-record = 登記
notice-service-recorded = 已登記
service-kind-maintenance = 定期維護
service-kind-inspection = 巡檢
service-kind-advice = 專職工程師拜訪
service-kind-training = 管理人員培訓
error-done-in-the-future = 日期還沒到。請填寫實際完成的日期
error-training-days = 請填寫整天數，1 到 { $most }
fact-visit-finished = 登記了上門服務
fact-administrator-trained = 登記了管理人員培訓

# What is ahead at a site.
outlook-visits = 建議的上門
outlook-visits-words = 未來六個月最少 { $n } 次上門即可兌現全部定期承諾；一次上門盡量做完幾件事。
outlook-no-visits = 未來六個月沒有尚欠的上門。
outlook-unmet = 「{ $promise }」已排不下：還差 { $n } 次，期限內沒有空餘的工作日。
outlook-movable = 可在 { $from } 至 { $to } 之間移動
outlook-faults = 故障頻率
outlook-periodic = 定期維護足夠
outlook-irregular = 需不定期維護
outlook-every = 不定期維護：至少每 { $days } 天一次
outlook-post = 需派人駐場
outlook-plot-said = { $days } 天內 { $faults } 次故障，其中 { $maintenance } 次因維護不當
outlook-key-faults = 全部故障（累計）
outlook-key-maintenance = 因維護不當
outlook-key-visits = 承諾的定期維護
outlook-key-fitted = 擬合的趨勢
rate-seen = { $days } 天內 { $all } 次故障，其中 { $faults } 次因維護不當：每年 { $rate } 次（{ $confidence }% 信賴區間 { $low } 至 { $high }）。
rate-not-above = 不高於每年 { $periodic } 次的定期維護，定期維護足夠。
rate-too-few-faults = 雖高於每年 { $periodic } 次，但次數太少，還不足以改變安排。
rate-may-be-chance = 雖高於每年 { $periodic } 次，但不能排除偶然。
rate-above = 高於每年 { $periodic } 次的定期維護：按承諾改為不定期維護。
rate-not-yet-low = 已回落，但仍高於每年 { $withdraw } 次，不定期維護繼續。
rate-fell-back = 已降到每年 { $withdraw } 次以下，不定期維護撤銷。
rate-plan-every = 平均每 { $between } 天一次故障，所以至少每 { $days } 天上門一次。
rate-plan-post = 故障每年 { $rate } 次，天天都有：上門再勤也不夠，須派人駐場。
rate-trend-too-few = 故障太少，看不出趨勢。
rate-trend-wear = 故障越來越密（β = { $beta }，p = { $p }）：磨損的樣子。增加上門，並安排更換。
rate-trend-early-life = 故障越來越稀（β = { $beta }，p = { $p }）：安裝初期的缺陷正在暴露。維持上門直到穩定。
rate-trend-random = 沒有趨勢（p = { $p }）：增加上門不會減少故障，應更換部件、改進設計或環境。
outlook-too-soon = 這裡才觀察了 { $days } 天，還畫不出圖。
