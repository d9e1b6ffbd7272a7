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
