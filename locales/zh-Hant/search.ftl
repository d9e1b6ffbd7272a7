# 全文搜尋
search-title = 搜尋
search-lead = 服務單及其往來記錄、知識條目、客戶、網點、聯絡人、型號、設備,一處搜尋。
search-placeholder = 印表機卡紙、C9200、zgc、客戶:…、狀態:…、日期:2026-03
search-go = 搜尋
search-making = 正在建立索引,結果可能還不全
search-unclear = 沒有看懂條件「{ $words }」,已略過。
search-nothing-typed = 想找什麼?
search-how = 直接輸入現象、編號、型號或名稱;簡體、繁體、拼音首字母都可以。用 客戶:、網點:、型號:、序號:、狀態:、級別:、日期: 縮小範圍,加引號按原文查找,加減號排除。
search-none = 沒有找到
search-none-lead = 換個說法,或去掉一些條件再試。
search-more = 更多結果
search-why = 匹配:
search-reason = { $term }({ $place } { $share })
search-place-title = 標題
search-place-opening = 開頭
search-place-text = 正文
search-place-code = 編號型號
search-place-sound = 讀音
search-like-open = 同一網點未結的相似服務單
search-like-earlier = 相似的以往服務單
search-kind-all = 全部
search-kind-ticket = 服務單
search-kind-customer = 客戶
search-kind-site = 網點
search-kind-contact = 聯絡人
search-kind-product = 型號
search-kind-asset = 設備

# The filters of the search box, as they are typed.
search-filter-customer = 客戶
search-filter-site = 網點
search-filter-model = 型號
search-filter-serial = 序號
search-filter-state = 狀態
search-filter-severity = 級別
search-filter-kind = 類型
search-filter-at = 日期
