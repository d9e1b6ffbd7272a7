# 客戶門戶：客戶自己的人看到的頁面，以及我們在其上給予的權限

## 框架
portal-nav-home = 首頁
portal-nav-report = 報修
portal-nav-tickets = 我的服務單
portal-nav-assets = 裝置
portal-nav-duty-log = 值班記錄
portal-nav-contracts = 合約
portal-account = 我的設定
portal-hotline = 售後電話（全年無休）
portal-all-sites = 全部據點
portal-language = 語言
portal-password = 修改密碼

## 登入
portal-sign-in = 登入客戶門戶
portal-sign-in-lead = 報修、查進度、確認結果。
portal-by-link = 用電子郵件登入
portal-by-link-hint = 不用密碼：我們把一次性登入連結發到您的電子郵件。
portal-send-link = 傳送登入連結
portal-by-password = 用密碼登入
portal-lookup-instead = 沒有賬號？用故障號碼查詢進度
portal-link-sent = 請查收郵件
portal-link-sent-words = 如果這個地址在我們的名冊裡，登入連結已經發出，{ $minutes } 分鐘內有效，只能用一次。沒有收到，請看看垃圾郵件，或打售後電話。
portal-link-works = 連結有效。點一下就登入。
portal-come-in = 進入
portal-invitation = 歡迎使用客戶門戶
portal-invitation-words = { $name }，您可以在這裡為{ $customer }報修、查進度、確認結果。設一個密碼，下次直接登入。
portal-without-password = 不設密碼，每次用郵件連結登入
portal-letter-invitation-subject = { $company }：邀請您使用客戶門戶
portal-letter-invitation =
    { $name }，您好！

    { $company }邀請您使用客戶門戶：報修、查進度、確認結果。
    請開啟下面的連結，{ $days } 天內有效：

    { $link }
portal-letter-link-subject = { $company }：登入連結
portal-letter-link =
    { $name }，您好！

    您（{ $customer }）要求登入{ $company }的客戶門戶。{ $minutes } 分鐘內點開下面的連結即可，只能用一次：

    { $link }

    如果不是您本人要求的，不必理會，什麼都不會發生。
error-portal-sign-in = 電子郵件或密碼不正確
notice-portal-signed-out = 已退出登入
notice-portal-saved = 已儲存

## 首頁與服務單
portal-hello = 您好，{ $name }
portal-report = 報修
portal-asked = 等您答覆
portal-to-confirm = 等您確認
portal-open = 處理中
portal-nothing-open = 現在沒有未結束的事
portal-nothing-open-words = 裝置有問題時，點“報修”，馬上得到故障號碼。
portal-all-tickets = 檢視全部服務單
portal-no-tickets = 還沒有服務單
portal-no-tickets-words = 報修之後，這裡能看到每一件事的經過。
portal-next = 下一項承諾
portal-owed-handling = 我們最遲 { $at } 著手處理
portal-owed-arrival = 工程師最遲 { $at } 到場
portal-owed-diagnosis = 最遲 { $at } 告訴您診斷結果
portal-owed-plan = 最遲 { $at } 給您處理方案
portal-owed-loaner = 最遲 { $at } 修好或提供代用裝置
portal-owed-restoration = 最遲 { $at } 恢復使用
portal-owed-other = { $title }：最遲 { $at }
portal-promises = 我們的承諾
portal-promise-ended = { $title }（{ $at }）
portal-state-running = 進行中
portal-state-overdue = 已晚
portal-state-paused = 等答覆，暫停計時
portal-state-kept = 按時做到
portal-state-late = 做到了，但晚了
portal-state-missed = 沒有做到
portal-state-waived = 您已免除
portal-state-void = 不再適用
portal-calm-resolved = 我們認為已經解決，請您確認。
portal-calm-restored = 已經恢復使用，我們在查清原因。
portal-calm-waiting = 正在等待另一方的答覆，我們會繼續跟進。
portal-calm-no-contract = 我們在處理。沒有生效的合約覆蓋此處，因此沒有約定時限。
portal-calm-working = 我們在處理。
portal-we-ask = 請您答覆
portal-answer-hint = 答覆之後，計時自動繼續。
portal-answer = 答覆
portal-is-it-solved = 解決了嗎？
portal-is-it-solved-words = 請試一試。沒問題就確認，這件事就此結束。
portal-confirm = 確認已解決
portal-not-solved = 沒有解決？
portal-still-wrong = 還有什麼不對
portal-reopen = 重新開啟
portal-reply = 補充說明或照片
portal-reply-text = 想告訴我們什麼
portal-send = 傳送
notice-portal-answered = 已收到您的答覆，計時繼續
notice-portal-confirmed = 謝謝確認，這件事已結束
notice-portal-reopened = 已重新開啟，我們馬上處理
notice-portal-replied = 已傳送

## 報修
portal-unit = 哪臺裝置
portal-unit-hint = 掃裝置上的二維碼更快
portal-unit-unknown = 不清楚，或不是某一臺
portal-other-unit = 換一臺
portal-site-of-unit = 按裝置所在
portal-what = 出了什麼問題
portal-details = 詳細情況
portal-how-bad = 影響
portal-impact-message-only = 有異常提示，但能用
portal-impact-disrupted = 裝置不正常或不能用
portal-impact-total-outage = 全部癱瘓，對外服務中斷
portal-photos = 照片或影片
portal-photos-hint = 可以選幾張；手機上可直接拍照
portal-onsite = 希望工程師到現場
portal-not-a-fault = 不是故障？
portal-send-report = 提交，取得故障號碼
portal-reported = 已收到
portal-keep-number = 以後憑這個號碼查詢，電話裡也可以報它。
portal-follow = 檢視進度

## 經過，給客戶看的說法
portal-fact-ticket-reported = 報修
portal-fact-ticket-severity-changed = 級別定為{ $severity }
portal-fact-ticket-handling-started = 開始處理
portal-fact-ticket-waiting-started = 等待{ $addressee }答覆
portal-fact-ticket-waiting-ended = 收到答覆，繼續處理
portal-fact-ticket-onsite-requested = 要求工程師到現場
portal-fact-ticket-onsite-withdrawn = 不再要求到現場
portal-fact-ticket-engineer-arrived = 工程師{ $engineer_name }到場
portal-fact-ticket-remote-analysis-started = 開始遠端分析
portal-fact-ticket-diagnosis-delivered = 診斷結果
portal-fact-ticket-plan-delivered = 處理方案
portal-fact-ticket-restored = 恢復使用
portal-fact-ticket-resolved = 已解決
portal-fact-ticket-closed = 結束
portal-fact-ticket-reopened = 重新開啟
portal-fact-ticket-cancelled = 撤銷
portal-fact-ticket-deadline-agreed = 商定新的時限：{ $promise }，{ $at }
portal-fact-ticket-promise-waived = 免除承諾：{ $promise }
portal-fact-ticket-deadline-proposed = 提議新的時限：{ $promise }，{ $at }
portal-fact-ticket-waiver-proposed = 請求免除承諾：{ $promise }
portal-fact-ticket-proposal-declined = 不同意提議
portal-fact-ticket-proposal-withdrawn = 撤回提議
portal-fact-ticket-note-added = 說明
portal-fact-ticket-message-received = 留言
portal-fact-ticket-attachment-added = 檔案
portal-fact-remote-consent-announced = 允許以後遠端登入，到 { $at } 為止
portal-fact-remote-consent-given = 允許遠端登入，到 { $at } 為止
portal-fact-remote-consent-ended = 遠端登入的許可結束
portal-fact-remote-session-started = 工程師開始遠端登入
portal-fact-remote-session-ended = 工程師結束遠端登入

## 我們給聯絡人的門戶權限
portal-access = 客戶門戶
portal-access-given = 可以登入
portal-access-seen = 最近登入
portal-access-never = 還沒有登入過
portal-access-none = 還不能登入客戶門戶。
portal-access-no-mail = 沒有電子郵件。先填上電子郵件，才能讓其登入客戶門戶。
portal-access-change = 修改權限
portal-access-give = 允許登入
portal-access-role = 角色
portal-access-sites = 據點
portal-access-sites-hint = 管理者看到全部據點，不用選
portal-access-invite = 發邀請
portal-access-end = 取消登入
portal-invited = 邀請已發出
portal-invited-words = 邀請郵件已發出，{ $days } 天內有效。也可以把下面的連結當面交給對方；它等於一把鑰匙，請只給本人。
portal-copy-link = 複製連結
portal-back-to-contact = 回到聯絡人
notice-portal-access-given = 門戶權限已儲存
notice-portal-access-ended = 已取消門戶登入
error-guest-sites = 至少選一個據點
refusal-guest-without-mail = 這位聯絡人沒有電子郵件，連結無處可發。請先填上電子郵件。
guest-role-reporter = 報修人
guest-role-reporter-does = 在所選據點報修、跟進、確認
guest-role-manager = 管理者
guest-role-manager-does = 代表整個客戶，看到全部據點和合約
guest-role-duty = 值班員
guest-role-duty-does = 寫值班記錄，也能報修
guest-right-follow = 檢視門戶
guest-right-report = 報修和答覆
guest-right-agree = 同意時限
guest-right-consent = 允許遠端登入
guest-right-see-contracts = 檢視合約
guest-right-keep-duty-log = 寫值班記錄

## 檔案給不給客戶看
attachments-share = 給客戶看
attachments-unshare = 不給客戶看
attachments-shared = 客戶可見
notice-attachment-shared = 已更改客戶能否看到這個檔案

## 安全事件
nav-security = 安全
security-lead = 有人想看不屬於自己的東西：沒有看到，但都記下來了。
security-none = 沒有可疑的請求
security-none-words = 門戶上越權的編號、偽造的二維碼和失效的連結會列在這裡。
security-what = 什麼
security-who = 誰
security-times = 次數
security-path = 最後一次的地址
security-last = 最後一次
security-foreign-id = 越權的編號
security-forged-code = 偽造的二維碼
security-dead-link = 失效的連結

## 登記在冊的事實
fact-contact-portal-access-given = 允許登入客戶門戶（{ $role }）
fact-contact-portal-access-changed = 修改門戶權限（{ $role }）
fact-contact-portal-access-ended = 取消登入客戶門戶
fact-contact-portal-password-set = 設定了門戶密碼
fact-ticket-attachment-shared = 更改附件是否給客戶看

## 提議與同意
proposals-title = 向客戶提議
proposals-none = 沒有提議。
proposals-new = 提議新的時限
proposals-as-waiver = 請客戶免除這項承諾，不是改時限
proposals-reason-hint = 客戶會看到
proposals-send = 發給客戶
proposals-withdraw = 撤回
proposals-waiver = 免除
proposal-open = 等客戶答覆
proposal-accepted = 已同意
proposal-declined = 不同意
proposal-withdrawn = 已撤回
proposals-letter-subject = { $company }：{ $number } 有一項提議等您答覆
proposals-letter =
    您好！

    您報的事“{ $title }”（故障號碼 { $number }），我們有一項提議，請您看看是否同意：

    { $link }

    在您同意之前，原來的承諾照舊有效。
notice-proposal-sent = 提議已發給客戶
notice-proposal-withdrawn = 提議已撤回
refusal-proposal-open = 這項承諾已有一項提議在等客戶答覆。要改，先撤回它。
portal-proposal = 我們的提議
portal-proposal-deadline = { $promise }：改為最遲 { $at }
portal-proposal-waiver = 免除這項承諾：{ $promise }
portal-proposal-hint = 在您同意之前，原來的承諾照舊有效。
portal-accept = 同意
portal-decline = 不同意
portal-decline-why = 為什麼（可不填）
notice-portal-accepted = 已同意，新的約定已生效
notice-portal-declined = 已告訴我們您不同意，原來的承諾照舊

## 遠端登入
remote-access = 遠端登入
remote-allowed = 客戶已許可
remote-allowed-later = 許可尚未開始
remote-not-allowed = 客戶沒有許可，不能遠端登入。
remote-note-consent = 記下客戶的許可
remote-way = 怎麼許可的
remote-who = 誰許可
remote-target = 登入什麼
remote-time = 時間
remote-from = 從何時起
remote-hours = 多少小時
remote-ended = 結束
remote-enter = 開始遠端登入
remote-leave = 結束並記錄
remote-done = 做了什麼
remote-running = 進行中
remote-withdrawn-by-customer = 客戶收回許可
remote-tools = 遠端工具
remote-tools-none = 還沒有遠端工具的連結。
remote-tools-add = 加一個連結
remote-tools-remove = 移除
remote-tools-label = 名稱
remote-tools-url = 連結
remote-tools-url-hint = 例如 rustdesk://123456789、https://mesh…、ssh://…
remote-tools-hint = 只有在客戶許可期間開始遠端登入之後，服務單上才顯示這些連結。
notice-remote-link-saved = 遠端工具的連結已更新
notice-remote-allowed = 許可已記下
notice-remote-withdrawn = 許可已收回，正在進行的遠端登入已結束
notice-remote-entered = 遠端登入已開始記錄
notice-remote-left = 遠端登入已記錄
consent-way-portal = 在門戶上
consent-way-phone = 電話
consent-way-mail = 郵件
consent-end-expired = 到期
consent-end-withdrawn = 客戶收回
portal-consent = 允許遠端登入
portal-consent-words = 工程師可能需要遠端登入您的系統。沒有您的許可，誰也不會登入；您隨時可以收回。
portal-withdraw-consent = 收回許可
error-consent-over = 結束時間要在開始之後，也要在現在之後
error-consent-long = 一次許可最多 { $days } 天
error-consent-hours = “{ $given }”不是小時數
error-consent-before-report = 許可不能早於報修
error-remote-link = “{ $given }”不是可用的連結：以 https://、ssh://、rustdesk://、rdp:// 或 vnc:// 開頭
refusal-consent-stands = 已有一項許可有效。要另給，先收回它。
refusal-consent-missing = 客戶沒有許可遠端登入。先請客戶在門戶上許可，或記下電話裡的許可。
refusal-consent-not-yet = 許可從 { $from } 才開始。
refusal-consent-over = 許可已經結束。請客戶再許可一次。
fact-remote-consent-announced = 客戶允許以後遠端登入
fact-remote-consent-given = 客戶允許遠端登入
fact-remote-consent-ended = 遠端登入的許可結束
fact-remote-session-started = 開始遠端登入
fact-remote-session-ended = 結束遠端登入
fact-ticket-deadline-proposed = 提議新的時限：{ $promise }，{ $due_at }
fact-ticket-waiver-proposed = 請客戶免除承諾：{ $promise }
fact-ticket-proposal-declined = { $contact }不同意提議
fact-ticket-proposal-withdrawn = 撤回提議

## 裝置與合約
portal-service = 服務合約
portal-covered-until = 合約覆蓋，到 { $on }
portal-not-covered = 沒有合約覆蓋
portal-no-assets = 還沒有登記裝置
portal-no-assets-words = 我們登記之後，這裡能看到每臺裝置和它的質保。
portal-no-sites = 還沒有您能看到的據點
portal-no-sites-words = 請打售後電話，讓我們為您加上。
portal-no-contracts = 沒有合約
portal-no-contracts-words = 合約登記之後，這裡能看到約定了什麼。
portal-no-commitment = 這份合約還沒有繫結服務承諾。
portal-contract-number = 合約號
portal-contract-time = 期限

## 值班記錄
duty-log = 值班記錄
duty-log-lead = 每班記一筆，巡檢時我們會看。
duty-log-new = 記一筆
duty-log-none = 還沒有值班記錄
duty-log-none-words = 客戶的值班員在門戶上寫，每月巡檢時檢視。
duty-log-all = 全部記錄
duty-on = 日期
duty-shift = 班次
duty-shift-hint = 白班、夜班…
duty-person = 值班人
duty-text = 情況
duty-text-hint = 裝置執行情況、異常、處理。紙質記錄可以拍照
notice-duty-logged = 值班記錄已儲存
error-duty-in-the-future = 這一天還沒到
fact-site-duty-logged = 值班記錄：{ $on } { $shift }

## 按號碼查詢
lookup-title = 按故障號碼查詢
lookup-lead = 沒有賬號也能查：我們把連結發到報修時留的聯絡方式。
lookup-known = 報修時留的電子郵件或電話
lookup-known-hint = 連結只發到服務單上留的聯絡方式
lookup-do = 傳送查詢連結
lookup-sent = 請查收
lookup-sent-words = 如果號碼和聯絡方式對得上，查詢連結已經發出，{ $minutes } 分鐘內有效。
lookup-letter-subject = { $company }：{ $number } 的進度
lookup-letter =
    您好！

    故障號碼 { $number } 的進度在這裡，{ $minutes } 分鐘內可看：

    { $link }

    如果不是您要求的，不必理會。
lookup-text = { $company }：故障號碼 { $number } 的進度，{ $minutes } 分鐘內可看 { $link }
lookup-state = 服務進度
lookup-asked = 我們在等您答覆一個問題。請登入門戶或打售後電話。
lookup-until = 此頁可看到
lookup-more = 登入後可看全部經過
lookup-link = 給客戶查詢連結
lookup-link-words = 把這個連結交給客戶，{ $minutes } 分鐘內不用登入就能看到進度和承諾，看不到內容。
lookup-back = 回到服務單

## 標籤
labels-title = 二維碼標籤
labels-lead = 貼在裝置上，掃一掃就能為這一臺報修。
labels-print = 列印
labels-scan = 掃碼報修
