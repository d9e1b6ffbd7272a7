# 辦不成時說的話
failure-back = 重試
failure-home = 回到首頁
failure-invalid = 有內容需要修改
failure-invalid-detail = 有 { $n } 處填寫有誤，請依提示修改後再送出。
failure-refused = 現在不能這樣做
failure-not-found = 沒有這個頁面
failure-not-found-detail = 網址可能有誤，或內容已被移走。
failure-sign-in = 需要登入
failure-sign-in-detail = 請登入，或在請求中附上有效的存取權杖。
failure-forbidden = 沒有權限
failure-forbidden-detail = 這項操作需要「{ $permission }」權限。如確有需要，請聯絡管理員。
failure-cross-site = 請求來源不符
failure-cross-site-detail = 這項請求來自其他網站，基於安全沒有執行。請從本系統的頁面操作。
failure-unreadable = 無法讀取請求
failure-unreadable-detail = 送出的內容格式有誤，請重新送出。
failure-unreadable-json = 無法讀取 JSON
failure-unreadable-json-detail = 請求內容不是所需的 JSON：{ $reason }
failure-too-large = 內容太大
failure-too-large-detail = 超過上限 { $limit }，沒有儲存任何內容。請壓縮或分割後再上傳。
failure-too-many = 嘗試次數過多
failure-too-many-detail = 請在 { $span }後再試。
failure-gone = 連結已失效
failure-gone-detail = 連結只能使用一次，且有時限。請聯絡管理員重新產生。
failure-wrong-method = 不支援這種請求
failure-wrong-method-detail = 此網址不支援所用的 HTTP 方法。
failure-unavailable = 暫時無法辦理
failure-unavailable-detail = 資料庫暫時無法連線或忙碌中，沒有儲存任何內容。請稍後重試。
failure-disk-full = 磁碟已滿
failure-disk-full-detail = 伺服器磁碟空間不足，沒有儲存任何內容。請聯絡管理員清理後重試。
failure-broke = 系統發生錯誤
failure-broke-detail = 沒有儲存任何內容。錯誤已記入日誌，編號 { $id }，請告知管理員。

## 欄位
error-required = 必填
error-too-long = 最多 { $most } 個字
error-unknown-choice = 「{ $given }」不在可選範圍內
error-no-such-time = 「{ $given }」不是有效的日期或時間
