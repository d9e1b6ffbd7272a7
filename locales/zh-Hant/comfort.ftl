# 桌面便利：常用回覆、標籤、步驟、用時

## 常用回覆
replies-title = 常用回覆
replies-lead = 寫一次，到處用；花括號裡的內容會自動填好。
replies-empty = 還沒有常用回覆
replies-empty-words = 把常說的話寫下來，例如受理確認、上門提醒、請求補充信息。
replies-none = 還沒有常用回覆。可在熱線的「常用回覆」裡加入。
reply-new = 新建常用回覆
reply-edit = 修改常用回覆
reply-remove = 刪除
reply-every-kind = 所有類別
reply-variables = 可以使用的變數：
reply-variable-customer = 客戶
reply-variable-contact = 聯絡人
reply-variable-number = 故障號碼
reply-variable-title = 標題
reply-variable-deadline = 最近的時限
reply-variable-hotline = 售後電話
reply-variable-agent = 本人姓名
notice-reply-kept = 常用回覆已保存
notice-reply-removed = 常用回覆已刪除
error-reply-variable = 沒有「{ $given }」這個變數

## 標籤、步驟、用時
tags-title = 標籤
tags-none = 沒有標籤。
tags-add = 加入標籤
tags-remove = 去掉標籤
steps-title = 待辦步驟
steps-none = 沒有步驟。
steps-add = 加入一步
time-title = 用時
time-none = 還沒有記錄用時。
time-total = 共 { $span }
time-spent = 用時，例如 25、1h30
time-note = 做了什麼
time-add = 記錄用時
notice-tagged = 標籤已加入
notice-untagged = 標籤已去掉
notice-time-spent = 用時已記錄
notice-step-added = 步驟已加入
notice-step-ticked = 步驟已更新
error-time-spent = 「{ $given }」不是用時，請寫成 25、1h30 或 1:30
ticket-verb-tag = 標籤
ticket-verb-time = 記錄用時
ticket-verb-step = 步驟
queue-filter-tag = 標籤

## 大面積故障
children-title = 本單包含的服務單
children-count = { $n } 張服務單屬於這次大面積故障。
children-hint = 恢復或解決後，可以讓它們一併恢復或解決。
children-restore = 一併恢復
children-resolve = 一併解決
notice-children-followed = { $n } 張服務單已一併處理
ticket-relation-part-of = 屬於大面積故障
ticket-relation-whole-of = 包含
intake-alike = 同一據點未結的服務單，可能是同一件事

## 經過
fact-ticket-tagged = 加入標籤：{ $tag }
fact-ticket-untagged = 去掉標籤：{ $tag }
fact-ticket-time-spent = { $agent } 用時 { $minutes } 分
fact-ticket-step-added = 加入步驟
fact-ticket-step-done = 完成步驟
fact-ticket-step-undone = 重新打開步驟
