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
