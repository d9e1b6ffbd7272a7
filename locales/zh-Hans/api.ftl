# JSON API
failure-wrong-type = 请求体的类型不对
failure-wrong-type-detail = 请发送 JSON，并带上请求头 Content-Type: application/json。
failure-key-reused = 该幂等键已用于别的请求
failure-key-reused-detail = 这个 Idempotency-Key 已随另一份内容提交过。请为每个请求使用各自的键。
failure-in-progress = 同一请求正在办理
failure-in-progress-detail = 带有这个 Idempotency-Key 的请求仍在办理，或其答复中途断开。请稍后重试；若一直如此，请查询该操作是否已经完成。

error-cursor = 这不是本列表某一页的“next”
error-limit = “{ $given }”不是 1 到 { $most } 之间的整数
error-if-match = “{ $given }”不是版本号；请加引号发送，例如 "7"
error-idempotency-key = 幂等键应为 1 到 { $most } 个字符，可用随机 UUID
