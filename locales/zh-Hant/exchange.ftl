# 從其他服務台匯入歷史

## 對應檔的問題
exchange-map-syntax = 無法讀取:{ $detail }
exchange-map-unknown-word = 「{ $given }」沒有意義。可用的有:{ $known }
exchange-map-zone = 沒有名為「{ $given }」的時區。請用 Asia/Taipei 或 Etc/UTC 這樣的名稱
exchange-map-pattern = 日期格式「{ $given }」中的「{ $part }」缺少或沒有意義。請用 YYYY、M、D、H、m、s,例如 D/M/YYYY HH:mm
exchange-map-day = 「{ $given }」不是日期。請寫成 2026-01-31
exchange-map-needs = 缺少 { $field }
exchange-map-not-here = 形式為「{ $shape }」的檔案不能有 { $field }

## 檔案的問題
exchange-column-missing = 檔案中沒有「{ $name }」欄。現有的欄:{ $present }
exchange-column-nearest = 檔案中沒有「{ $name }」欄。是否指「{ $nearest }」?
exchange-column-repeated = 檔案中有 { $count } 個「{ $name }」欄。要用第一個,請寫「{ $name }#1」
exchange-no-commitment = 這裡沒有發布名為「{ $name }」的服務承諾

## 某一列的問題
exchange-required = 儲存格為空
exchange-garbled = 位元組與檔案的編碼不符
exchange-cell-count = 該列有 { $found } 個儲存格,標題列有 { $expected } 個。可能缺少或多出引號、分隔符號
exchange-not-a-moment = 「{ $given }」不符合 dates 中的任何格式
exchange-no-such-time = 「{ $given }」:沒有這樣的日期或時刻
exchange-in-the-future = 「{ $given }」在將來。時區或日、月的順序是否有誤?
exchange-before-it-began = 「{ $given }」早於 { $first }
exchange-unknown-value = 對應檔中沒有「{ $given }」。請加入 values,或寫明 otherwise
exchange-not-a-number = 「{ $given }」不是整數
exchange-unknown-name = 這裡沒有名為「{ $given }」的對象({ $noun })。請先登錄,或在 [create] 中允許新增
exchange-ambiguous-name = 這裡有多個「{ $given }」({ $noun })。請改用編號
exchange-other-customer = 序號為「{ $given }」的設備屬於另一客戶
exchange-repeated-key = 「{ $given }」在前面的列中已出現;一張服務單佔多列時,形式應為 events
exchange-refused = 服務單的規則不允許:{ $why }
exchange-other-past = { $key } 已匯入過,而此檔案所述的經過與之不同。已記錄的內容保持不變
exchange-time-moved = 時間與前後各列不符,已改用 { $taken }
exchange-cut = 文字已截短為 { $kept } 個字元

## 結果
exchange-row = 第 { $row } 列
exchange-row-column = 第 { $row } 列,{ $column }
exchange-counting = 正在讀取檔案
exchange-taking = 正在匯入服務單
exchange-judging = 正在核算網點與合約的承諾
exchange-done = 已匯入 { $file },用時 { $span }(每秒 { $rate } 張)
exchange-dry = 未寫入任何內容。匯入 { $file } 的結果將是:
exchange-count-rows = 讀取列數
exchange-count-added = 新增服務單
exchange-count-continued = 有新進展的服務單
exchange-count-unchanged = 無變化的服務單
exchange-count-left-out = 未匯入的服務單
exchange-count-rows-left-out = 未歸入服務單的列
exchange-count-facts = 記錄的事實
exchange-count-customers = 新增客戶
exchange-count-sites = 新增網點
exchange-count-contacts = 新增聯絡人
exchange-count-contracts = 新增合約
exchange-count-teams = 新增班組
exchange-count-people = 新增人員
exchange-more-problems = 另有 { $n } 條
exchange-exported = 已寫出 { $n } 條事實
