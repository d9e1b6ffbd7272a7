# 業務規則的答覆

## 规则说不的时候
refusal-not-in-this-state = 現在的狀態是「{ $state }」，不能「{ $verb }」。
refusal-already-so = 已經是這樣了，沒有要改的。
refusal-changed-meanwhile = 別人剛改過（你看到的是第 { $seen } 版，現在是第 { $current } 版）。請重新整理後再試。
refusal-in-the-future = { $at } 還沒有到，不能記為已發生。
refusal-before-it-began = { $at } 早於開始的時間 { $began }。
refusal-deadline-passed = 新的時限 { $due } 已經過去。請選一個將來的時間。
refusal-nothing-owed = 承諾「{ $promise }」目前沒有未了結的應履約項。
refusal-same-ticket = 不能與自己關聯或合併。
refusal-different-customers = 兩張服務單不是同一個客戶的。
refusal-merge-circle = 對方已經併入這張服務單。
refusal-serial-taken = 序號 { $serial } 已是{ $customer }的設備。請核對標籤；確實換了歸屬的，請先在原設備上更正。
refusal-site-of-another-customer = 這個據點是別的客戶的。
refusal-asset-of-another-customer = 這台設備在別的客戶處。
refusal-contact-of-another-customer = 這個聯絡人是別的客戶的。
refusal-contract-of-another-customer = 這份合約是與別的客戶簽的。
refusal-cover-overlaps = 從 { $on } 起，合約 { $contract } 也涵蓋同一據點。請改日期或據點。
refusal-ends-before-it-begins = 不能早於第一天 { $from }。
refusal-signed-in-the-future = { $on } 還沒有到，不能是簽字日期。
refusal-archived = 已經封存。請先恢復。
refusal-still-in-use = 還有 { $uses } 處在用，不能封存。
refusal-last-administrator = 至少要留一位管理員。
refusal-own-account = 不能對自己的帳號這樣做。
refusal-account-inactive = 這個帳號已停用。

## 填写有误
error-not-there = 沒有這一項。請重新選擇。
error-which-one = 「{ $given }」對應 { $count } 項，請從清單中選一項。
error-code-character = 不能有「{ $found }」。只用字母、數字和 - _ . /
error-phone = 「{ $given }」不是電話號碼。例如 021-55881234 轉 802
error-phone-or-mail = 電話和電子郵件至少填一項
error-mail = 「{ $given }」不是電子郵件地址
error-zone = 沒有「{ $given }」這個時區。例如 Asia/Shanghai
error-coordinate = 「{ $given }」應是 -{ $most } 到 { $most } 之間的數
error-serial = 「{ $given }」裡沒有字母或數字
error-serial-or-name = 序號和名稱至少填一項
error-months = 「{ $given }」應是 0 到 { $most } 的整數（月）
error-ends-before-it-begins = 不能早於第一天 { $from }
error-severity-reason-required = 與建議的級別不同，請寫理由
error-ticket-number = 「{ $given }」不是正確的故障號碼，請核對
error-too-many-files = 一次最多 { $most } 個檔案
