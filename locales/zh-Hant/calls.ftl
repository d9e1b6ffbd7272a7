# 熱線：通話、回電與確認、交接

## 導航與控制台
nav-hotline = 熱線
console-title = 熱線控制台
console-begin = 來電開始
console-begin-out = 我方去電
console-answer = 接聽
console-hold = 保持
console-resume = 繼續通話
console-incomplete = 待補結果的通話
console-idle = 現在沒有通話
console-idle-words = 電話系統報來的振鈴會出現在左側；沒有電話系統時，按 b 開始一次來電。
console-context = 來電人
console-context-none = 在左側輸入電話、姓名、據點、序號或故障號碼，來電人的據點、設備和未結服務單就會出現在這裡。
console-link = 就是這件事
console-no-units = 沒有登記的設備。
console-another = 再登記一件事

## 通話
calls-title = 通話
calls-empty = 沒有通話
calls-empty-words = 每一次來電、去電和未接來電都會記錄在這裡。
call-title = 與 { $who } 的通話
call-when = 時間
call-who = 通話對方
call-agent = 熱線人員
call-phone = 電話號碼
call-length = 通話時長
call-clock = 通話計時
call-began = 開始時間
call-result = 結果
call-note = 通話小結
call-unknown = 未知來電
call-open = 查看通話
call-to-console = 在控制台打開
call-recording = 錄音
call-earlier = 以往通話
call-end = 結束通話
call-complete = 補記結果
call-hung-up = 未記結果即掛斷
call-hung-up-words = 熱線人員未記結果就掛斷了電話，這已違反 C4.2。請現在補記結果；違約記錄會保留。
call-no-outcome = 待補結果
call-no-outcome-words = 通話已經結束，還沒有結果。請現在補記，未解決的會一併呈報和跟蹤。
call-no-promise = 這次通話沒有要履行的承諾。
call-direction-in = 來電
call-direction-out = 去電
call-state = 通話狀態
call-state-ringing = 振鈴
call-state-active = 通話中
call-state-held = 保持中
call-state-ended = 已結束
call-state-missed = 未接
call-missed-unanswered = 無人接聽
call-missed-queue_full = 排隊已滿
call-ended-by = 誰掛斷
call-ended-by-agent = 熱線人員
call-ended-by-caller = 客戶
call-ended-by-line = 線路中斷
call-outcome = 通話結果
call-outcome-solved = 已解決
call-outcome-customer_diagnosing = 用戶繼續判斷
call-outcome-customer_fixed = 用戶已排除
call-outcome-dispatch = 派人上門
call-outcome-second_line = 轉二線支持

## 派人通知
call-visit = 已告知客戶的上門安排
call-visit-change = 改變安排
call-visit-send = 發出新通知
call-arrives = 多久到達
call-arrives-in = { $span }內
call-arrives-at = 或到達時刻
call-engineer = 派誰
call-transport = 交通方式
transport-car = 公司車輛
transport-taxi = 計程車
transport-public_transport = 公車或地鐵
transport-train = 火車
transport-flight = 飛機
transport-on_foot = 步行或騎行
call-notice-visit = 故障號碼 { $number }：工程師{ $who }將於 { $when } 到達現場，交通方式：{ $how }。售後電話 { $hotline }。
call-notice-second-line = 故障號碼 { $number }：由二線支持{ $who }繼續處理並與您聯絡。售後電話 { $hotline }。

## 回電與確認
call-todo-title = 回電與確認
call-todo-lead = 先到期的在最前。無人接聽不算完成，只有客戶的答覆才算。
call-todo-none = 沒有待辦
call-todo-none-words = 「用戶繼續判斷」的通話要回電，「用戶已排除」的要在 24 小時內確認，未接來電要馬上回撥。
call-todo-all = 全部
call-todo-mine = 我的
call-todo-nobody = 無人負責
call-todo-every-kind = 所有種類
call-task-call_back = 回電
call-task-confirmation = 確認
call-task-missed = 回撥未接來電
call-task-title = { $kind }：{ $who }
call-task-done = 已完成
call-owed = 要做的事
call-due = 到期
call-owner = 負責人
call-nobody = 無人負責
call-offered-to = 等待{ $name }接收
call-take-over = 由我負責
call-attempt = 記錄一次聯絡
call-attempts = 聯絡記錄
call-attempt-result = 聯絡結果
call-attempt-save = 保存
call-attempt-no_answer = 無人接聽
call-attempt-busy = 佔線
call-attempt-reached = 已接通
call-answer = 客戶的答覆
call-answer-hint = 接通後必填。部分解決或未解決時，服務單會重新打開或繼續處理。
call-answer-solved = 已解決
call-answer-partly = 部分解決
call-answer-not = 未解決
call-window = 約定的時間
call-window-from = 從何時起可以聯絡
call-window-until = 到何時為止
call-window-after = 約定 { $from } 之後
call-window-between = 約定 { $from } 至 { $until }
call-withdraw = 客戶不再需要

## 交接
hand-over-title = 交接班
hand-over-lead = 下班前把未完成的回電與確認交給下一位；對方接收之前仍由你負責。
hand-over-give = 交給下一位
hand-over-what = 交接哪些
hand-over-to = 交給誰
hand-over-note = 交接說明
hand-over-send = 交接
hand-over-offered = { $name } 交來 { $n } 件
hand-over-accept = 接收
hand-over-nothing = 你沒有待交接的事
hand-over-nothing-words = 由你負責的回電與確認會列在這裡。

## 聯絡人的往來
contact-history = 往來全程
contact-history-title = 與 { $name } 的往來
contact-no-tickets = 還沒有報過服務單。

## 提示
notice-call-ended = 通話已結束，結果已記錄
notice-call-visit = 新通知已發出
notice-call-attempt = 已記錄，仍需再聯絡
notice-call-settled = 已記錄客戶的答覆
notice-call-reopened = 已記錄，服務單已重新打開
notice-call-continues = 已記錄，服務單繼續處理
notice-call-withdrawn = 已記錄，客戶不再需要
notice-call-taken = 現在由你負責
notice-handed-over = 已交出，等待對方接收
notice-hand-over-accepted = 已接收，現在由你負責

## 經過
fact-call-begun = 通話開始（{ $direction }）
fact-call-answered = { $agent } 接聽
fact-call-missed = 未接：{ $missed }
fact-call-caller-named = 確認通話對方
fact-call-ticket-linked = 通話關聯到服務單
fact-call-ended = { $outcome ->
    [none] 通話結束，{ $ended_by }掛斷，未記結果
   *[other] { $ended_by ->
        [none] 補記通話結果：{ $outcome }
       *[other] 通話結束，結果：{ $outcome }
    }
}
fact-call-followed-up = 未解決，已記錄並呈報 { $supervisor }
fact-call-notice-sent = { $transport ->
    [none] 已通知客戶
   *[other] 已通知客戶：{ $engineer } { $arrives_at } 到場，{ $transport }
}
fact-call-attempted = { $agent } 聯絡客戶：{ $result }
fact-call-window-agreed = { $until_at ->
    [none] 約定 { $from_at } 之後聯絡
   *[other] 約定 { $from_at } 至 { $until_at } 聯絡
}
fact-call-called-back = 已回電，客戶答覆：{ $outcome }
fact-call-confirmed = 已確認，客戶答覆：{ $outcome }
fact-call-handed-over = { $agent } 交接給 { $assignee }
fact-call-taken-over = 由 { $agent } 接手
fact-call-withdrawn = 客戶不再需要

## 填寫與規則
error-call-outcome = 請選擇通話結果；沒有結果不能結束通話
error-call-past = 這個時間已經過去，請填寫將來的時間
error-call-second-line = 請選擇轉給哪個班組或哪個人
error-call-window = 結束時間要晚於開始時間
error-call-answer = 已接通時請記錄客戶的答覆，或約定下次聯絡的時間
error-hand-over-nothing = 請至少選擇一件
error-link = 「{ $given }」不是網址
refusal-call-not-taken = 這通電話沒有接起，不能這樣操作。
refusal-call-needs-ticket = 未解決的通話必須記錄在服務單上。請先登記或關聯一張服務單。
refusal-call-no-supervisor = 沒有可以呈報的主管。請管理員先設一位經理。
refusal-call-nobody-sent = 這通電話沒有派人，不能改變安排。
