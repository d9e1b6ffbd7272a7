# 待辦佇列
nav-queue = 待辦佇列
queue-title = 待辦佇列
queue-report = 登記服務單
queue-search = 標題、客戶或故障號碼

## 欄位與分段
queue-column-due = 到期
queue-column-owed = 應履約
queue-column-ticket = 服務單
queue-column-matter = 事項
queue-column-stands = 狀態與處理人
queue-part-overdue = 已逾時
queue-part-today = 今天到期
queue-part-tomorrow = 明天到期
queue-part-later = 以後到期
queue-part-still = 沒有在走的時限
queue-clock-paused = 計時暫停
queue-clock-none = 無時限
queue-missed = { $n } 項未守時
queue-waiting-on = 等待{ $who }
queue-nobody = 未指派
queue-no-team = 未定班組
queue-me = 我
queue-my-teams = 我的班組

## 篩選
queue-filter-urgency = 緊迫程度
queue-filter-severity = 級別
queue-filter-state = 狀態
queue-filter-assignee = 處理人
queue-filter-team = 班組
queue-filter-customer = 客戶
queue-filter-site = 網點
queue-filter-promise = 承諾條款
queue-filter-kind = 類別
queue-filter-channel = 管道
queue-filter-look-up = 輸入名稱查找
queue-urgency-overdue = 已逾時
queue-urgency-at-risk = 有風險
queue-urgency-breached = 已逾時或未守時
queue-open = 未結

## 選取與翻看
queue-pick = 選取 { $number }
queue-pick-all = 選取已顯示的全部
queue-chosen = 項已選
queue-unpick = 取消選取
queue-more = 繼續顯示
queue-end = 已到結尾
queue-cut = 已按到期先後查看 { $n } 張服務單，符合條件的都列在上面；後面可能還有。
queue-by-customer-cut = 按最先到期的 { $n } 張服務單統計。

## 空清單
queue-empty = 沒有未結的服務單
queue-empty-how = 客戶的來電、郵件或線上報修一經登記，就會按最先到期的順序出現在這裡，倒數隨時更新。
queue-none-match = 沒有符合條件的服務單
queue-none-match-how = 去掉一兩個條件再看；每個條件都寫在網址裡，可以收藏或傳給同事。

## 批次操作
bulk-assign = 指派
bulk-team = 轉班組
bulk-handle = 開始處理
bulk-watch = 關注
bulk-unwatch = 取消關注
bulk-close = 關閉已解決的
bulk-assign-to = 指派給
bulk-team-to = 轉給班組
bulk-watcher = 誰來關注
bulk-choose = 請選擇
bulk-preview = 預覽
bulk-none = 沒有選取服務單
bulk-none-how = 在待辦佇列裡用 x 鍵或核取方塊選取服務單，再選操作。
bulk-too-many = 一次最多 { $most } 張；以下是前 { $most } 張。
bulk-will = 將變更 { $n } 張
bulk-will-not = { $n } 張不會變更
bulk-do = 確認變更 { $n } 張
bulk-undoable = 完成後一分鐘內可以復原。
bulk-final = 完成後不能復原。
bulk-column-outcome = 結果
bulk-becomes-watched = { $who }將關注
bulk-becomes-unwatched = { $who }將不再關注
bulk-progress = 進度
bulk-doing = 已完成 { $done } / { $n }
bulk-go-on = 繼續
bulk-sum-done = { $n } 張已變更
bulk-sum-refused = { $n } 張未變更
bulk-sum-undone = { $n } 張已復原
bulk-sum-kept = { $n } 張未能復原
bulk-outcome-done = 已變更
bulk-outcome-undone = 已復原
bulk-outcome-waiting = 等待中
bulk-outcome-refused = 未變更
bulk-undo = 復原
bulk-undo-until = 可復原至
bulk-back = 回到佇列
refusal-cannot-undo = 這一變更不能復原。
refusal-undo-too-late = 復原的一分鐘已過，或已經復原過；請在各服務單上逐一變更。

## 命令面板
palette-near-number = 已存在的相近號碼 · { $customer }
palette-ticket = 服務單 · { $customer }
palette-customer = 客戶 · { $code }
palette-site = 網點 · { $customer }
palette-asset = 設備 · { $customer }
palette-api = API 說明
