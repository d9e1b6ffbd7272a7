# 工作台便利：常用回覆、標籤、步驟、用時、大面積故障

## 設定
nav-settings = 設定
every-kind = 所有類別
every-team = 所有班組
template-archive = 封存
field-tag = 標籤
field-steps = 步驟
field-by-itself = 自動加入
field-work = 工作內容

## 常用回覆
replies-title = 常用回覆
replies-lead = 寫一次，到處用；大括號裡的內容會自動填好。
replies-empty = 還沒有常用回覆
replies-empty-words = 把常說的話寫下來，例如受理確認、到場提醒、請求補充資訊。
replies-none = 還沒有適用的常用回覆，可以在「設定」裡加入。
replies-search = 尋找常用回覆
reply-new = 新增常用回覆
reply-edit = 修改常用回覆
reply-title-hint = 在選單裡按它尋找。
reply-archive-hint = 封存後不再出現在選單裡；已經寫出的話不受影響。
reply-languages = 語言
reply-language-zh-hans = 簡體中文
reply-language-zh-hant = 繁體中文
reply-language-en = 英文
reply-variables = 可以使用的變數，寫回覆時自動填好；語言隨聯絡人：
reply-variable-customer = 客戶
reply-variable-contact = 聯絡人
reply-variable-site = 據點
reply-variable-number = 故障號碼
reply-variable-title = 標題
reply-variable-deadline = 最近的時限
reply-variable-hotline = 售後電話
reply-variable-agent = 本人姓名
notice-reply-kept = 常用回覆已保存
notice-reply-archived = 常用回覆已封存
error-reply-variable = 沒有「{ $given }」這個變數

## 檢查單與步驟
checklists-title = 檢查單
checklists-lead = 同類服務單要做的步驟，寫一次，加到單上逐項勾選。
checklists-empty = 還沒有檢查單
checklists-empty-words = 例如斷網排查：查電源、查網線、查光模組。
checklist-new = 新增檢查單
checklist-edit = 修改檢查單
checklist-steps-hint = 每行一步，最多 50 步。
checklist-by-itself-hint = 新登記的同類服務單自動帶上這些步驟。
checklist-by-itself-short = 自動
checklist-archive-hint = 封存後不再提供選擇；已經加到單上的步驟不受影響。
checklist-take = 加入檢查單
notice-checklist-kept = 檢查單已保存
notice-checklist-archived = 檢查單已封存
error-too-many-steps = 最多 { $most } 步
refusal-too-many-steps = 一張服務單最多 { $most } 步；先完成一些，或另開一張單。
steps-title = 待辦步驟
steps-none = 沒有步驟。
steps-add = 加入一步
steps-done = { $done } / { $all }
notice-step-added = 步驟已加入
notice-step-ticked = 步驟已更新
ticket-verb-step = 加入或勾選步驟

## 標籤
tags-title = 標籤
tags-none = 沒有標籤。
tags-add = 加入標籤
tags-remove = 去掉標籤
tags-queue = 查看待辦中帶此標籤的服務單
notice-tagged = 標籤已加入
notice-untagged = 標籤已去掉
ticket-verb-tag = 標籤
refusal-too-many-tags = 一張服務單最多 { $most } 個標籤；先去掉用不著的。
queue-filter-tag = 標籤

## 用時
work-analysis = 分析排查
work-talk = 與客戶溝通
work-remote = 遠端處理
work-on-site = 現場處理
work-travel = 路途
work-paperwork = 文書
time-title = 用時
time-none = 還沒有記錄用時。
time-total = 合計
time-more = 更早的記錄
time-spent = 用時，例如 25、1h30
time-note = 做了什麼
time-add = 記錄用時
time-withdraw = 記錯了，撤回
time-withdrawn = 已撤回
notice-time-spent = 用時已記錄
notice-time-withdrawn = 用時已撤回
error-time-spent = 「{ $given }」不是用時，請寫成 25、1h30 或 1:30，最多 24 小時
refusal-time-of-another = 這是別人記錄的用時，只能由本人撤回。
ticket-verb-time = 記錄用時

## 大面積故障
parts-title = 屬於本故障的服務單
parts-count = 共 { $n } 張，{ $open } 張未結。
parts-more = 另外 { $n } 張
parts-hint = 恢復或解決後，可以讓它們一併恢復或解決。
parts-restore = 一併恢復
parts-resolve = 一併解決
parts-able = 可以處理其中的 { $n } 張。
parts-too = 同時用於屬於本故障的 { $n } 張服務單
parts-too-hint = 每張單各自留有記錄，各自的聯絡人會看到。
parts-left-title = 部分服務單沒有跟上
parts-back = 回到服務單
notice-parts-followed = { $n } 張服務單已一併處理
ticket-relation-part-of = 屬於大面積故障
ticket-relation-whole-of = 包含
refusal-part-of-another = 這張服務單已經屬於 { $number }；先解除，再重新關聯。
refusal-has-parts = 有服務單屬於這張單，它不能再屬於別的單。
refusal-parent-is-part = 對方自己屬於 { $number }；請直接關聯到那張單。
refusal-too-many-parts = 一次大面積故障最多包含 { $most } 張服務單。

## 可能重複
alike-title = 可能是同一件事
alike-hint = 未結、內容相近：合併重複的，或歸到同一個大面積故障。
alike-link = 歸入此故障

## 經過
fact-ticket-tagged = 加入標籤：{ $tag }
fact-ticket-untagged = 去掉標籤：{ $tag }
fact-ticket-time-spent = { $agent } 用時 { $minutes } 分：{ $work }
fact-ticket-time-withdrawn = { $agent } 撤回了記錯的用時 { $minutes } 分
fact-ticket-step-added = 加入步驟
fact-ticket-checklist-added = 加入檢查單，共 { $steps } 步
fact-ticket-step-done = 完成步驟
fact-ticket-step-undone = 重新打開步驟
