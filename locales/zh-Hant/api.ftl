# JSON API
failure-wrong-type = 請求內容的類型不對
failure-wrong-type-detail = 請傳送 JSON，並帶上標頭 Content-Type: application/json。
failure-key-reused = 此冪等鍵已用於別的請求
failure-key-reused-detail = 這個 Idempotency-Key 已隨另一份內容提交過。請為每個請求使用各自的鍵。
failure-in-progress = 同一請求正在辦理
failure-in-progress-detail = 帶有這個 Idempotency-Key 的請求仍在辦理，或其答覆中途斷開。請稍後重試；若一直如此，請查詢該操作是否已經完成。

error-cursor = 這不是本清單某一頁的「next」
error-limit = 「{ $given }」不是 1 到 { $most } 之間的整數
error-if-match = 「{ $given }」不是版本號；請加引號傳送，例如 "7"
error-idempotency-key = 冪等鍵應為 1 到 { $most } 個字元，可用隨機 UUID
