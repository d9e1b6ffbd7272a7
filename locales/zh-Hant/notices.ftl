# Notices: to customers and to staff, how each is told, gateways

## What somebody is told
told-received = 已受理
told-question = 向客戶提問
told-answer = 答覆客戶
told-dispatched = 已派工程師
told-restored = 業務已恢復
told-resolved = 已解決，請確認
told-closed = 已關閉
told-deadline-agreed = 已商定期限
told-emergency = 緊急故障
told-assigned = 分派給我
told-mentioned = 有人提到我
told-warning = 期限臨近
told-overdue = 期限已過
told-call-reported = 未解決通話呈報
told-undelivered = 發送失敗
told-channel-down = 管道中斷

## Subjects and words. Values: number, title, customer, site, name, by, text, deadlines, due, promise, arrives, engineer, transport, link
told-received-subject = [{ $number }] 已受理：{ $title }
told-received-text =
    { $name }，您好：

    您報告的「{ $title }」已受理，故障號碼為 { $number }，請留存以便查詢。

    我們向您承諾的時間：
    { $deadlines }

    如需補充，直接回覆本郵件即可。
told-question-subject = [{ $number }] 需要您答覆：{ $title }
told-question-text =
    { $name }，您好：

    為繼續處理，請您答覆：

    { $text }

    在您答覆之前，我方計時暫停。直接回覆本郵件即可。
told-answer-subject = [{ $number }] { $title }
told-answer-text =
    { $name }，您好：

    { $text }

    { $by }
told-dispatched-subject = [{ $number }] { $engineer } 將於 { $arrives } 到達
told-dispatched-text =
    { $name }，您好：

    針對「{ $title }」，我們派工程師到現場：

    工程師：{ $engineer }
    到達時間：{ $arrives }
    交通方式：{ $transport }

    如有變動，我們會立即通知您。
told-restored-subject = [{ $number }] 業務已恢復：{ $title }
told-restored-text =
    { $name }，您好：

    您的業務已恢復。我們會繼續處理「{ $title }」的原因。

    { $text }
told-resolved-subject = [{ $number }] 已解決，請確認：{ $title }
told-resolved-text =
    { $name }，您好：

    「{ $title }」已解決：

    { $text }

    請確認是否正常。如仍有問題，請回覆本郵件，我們繼續處理。
told-closed-subject = [{ $number }] 已關閉：{ $title }
told-closed-text =
    { $name }，您好：

    「{ $title }」已關閉。故障號碼 { $number } 一直有效：如再次發生，請告知此號碼。
told-deadline-agreed-subject = [{ $number }] 已商定：{ $promise }，{ $due } 前
told-deadline-agreed-text =
    { $name }，您好：

    經與您商定，「{ $promise }」的期限改為 { $due }。

    原因：{ $text }

    如與您的意見不符，請致電我們。
told-emergency-subject = 緊急 [{ $number }] { $customer }：{ $title }
told-emergency-text =
    { $customer } { $site }

    { $title }

    請立即確認接手，否則將通知下一位。

    { $deadlines }
told-assigned-subject = [{ $number }] 分派給您：{ $title }
told-assigned-text =
    { $by } 將 { $customer } { $site } 的服務單分派給您。

    { $title }

    { $deadlines }
told-mentioned-subject = [{ $number }] { $by } 提到了您：{ $title }
told-mentioned-text =
    { $by }：

    { $text }
told-warning-subject = [{ $number }] { $due } 到期：{ $promise }
told-warning-text =
    { $customer } { $site }：{ $title }

    「{ $promise }」將於 { $due } 到期。
told-overdue-subject = [{ $number }] 已逾期（{ $due }）：{ $promise }
told-overdue-text =
    { $customer } { $site }：{ $title }

    「{ $promise }」應於 { $due } 完成，尚未完成。
told-call-reported-subject = [{ $number }] 通話未解決，請跟蹤：{ $title }
told-call-reported-text =
    { $customer } { $site }：{ $title }

    有一通電話未能當場解決。記錄如下：

    { $text }
told-undelivered-subject = 發送失敗：{ $title }
told-undelivered-text =
    多次嘗試後仍無法送達。對方最後的答覆：

    { $text }
told-channel-down-subject = 管道中斷：{ $title }
told-channel-down-text =
    管道「{ $title }」無回應或出錯，客戶可能無法透過它聯絡我們。

    { $text }
told-deadline-line = - { $promise }：{ $due }
told-hotline = 售後熱線（全天候，含節假日）：{ $number }
told-mail = 信箱：{ $address }
told-example-title = 核心交換機無回應
told-example-customer = 示例銀行
told-example-site = 總部機房
told-example-name = 李明
told-example-by = 王芳
told-example-text = 已更換電源模組。
told-example-promise = 工程師到場
told-example-promise-2 = 緊急處理方案
told-example-transport = 汽車

## The bell
way-page = 頁面
bell-title = 通知
bell-none = 沒有通知
bell-none-lead = 分派給您的、提到您的和即將到期的事項會顯示在這裡。
bell-new = 新
bell-read-all = 全部標為已讀
notice-bell-read = 所有通知已標為已讀。

## How a person is told what
choices-title = 通知方式
choices-lead = 為每種事件選擇接收通知的方式。
choices-event = 事件
choices-quiet = 免打擾時段
choices-quiet-hint = 郵件、群訊息和簡訊會等到時段結束再發送。緊急故障始終立即通知。
choices-quiet-from = 開始
choices-quiet-to = 結束
choices-usual = 恢復角色預設
choices-no-mail = 您的帳號沒有信箱，請聯絡管理員填寫。
choices-no-phone = 您的帳號沒有手機號，群訊息和簡訊無法通知到您。
notice-choices-saved = 已保存您的選擇。

## What customers are told
notice-words-title = 通知內容
notice-words-lead = 對誰說什麼，三種語言。
notice-words-no-hotline = 未設定熱線號碼，通知中沒有售後電話（C7.8）。請在設定中設置 hotline。
notice-words-choose = 給客戶的郵件
notice-words-words = 內容預覽
notice-words-to-customer = 給客戶
notice-words-to-staff = 給員工
notice-words-locale = 語言
notice-words-told = 通知客戶的事項
notice-notices-saved = 已保存。

## A public note by mail
note-mail = 同時用郵件發給聯絡人
note-mail-hint = 只發送客戶可見的內容

## Gateways
gateways-title = 通知閘道
gateways-lead = 通知發往的聊天群、程式和簡訊服務。
gateways-new = 新增閘道
gateways-none = 還沒有閘道
gateways-none-lead = 新增群機器人、Webhook 或簡訊服務。
gateway-kind = 類型
gateway-kind-wecom = 企業微信群機器人
gateway-kind-wecom-does = 通知企業微信群，並按手機號提醒成員。
gateway-kind-dingtalk = 釘釘群機器人
gateway-kind-dingtalk-does = 通知釘釘群，使用機器人的加簽密鑰。
gateway-kind-feishu = 飛書群機器人
gateway-kind-feishu-does = 通知飛書群，使用機器人的簽名密鑰。
gateway-kind-webhook = Webhook
gateway-kind-webhook-does = 每發生一個事實就呼叫一次程式，按 Standard Webhooks 簽名。
gateway-kind-sms = 簡訊
gateway-kind-sms-does = 透過服務商的 HTTP 介面發送簡訊。
gateway-name = 名稱
gateway-host = 主機
gateway-state = 狀態
gateway-on = 啟用
gateway-paused = 已暫停
gateway-paused-words = 暫停期間不向它發送，等待中的訊息會保留。
gateway-address = 地址
gateway-address-hint = 對方給出的地址。內網地址會被拒絕，除非設定允許。
gateway-address-sms-hint = 可包含 {"{to}"} 和 {"{text}"}。內網地址會被拒絕，除非設定允許。
gateway-secret = 密鑰
gateway-secret-hint = 加密保存，不再顯示
gateway-secret-kept = 已保存密鑰，只在更換時填寫。
gateway-secret-made = 留空則自動產生，只顯示一次
gateway-secret-once = 密鑰只顯示這一次。舊密鑰同時有效一天。
gateway-team = 所屬班組
gateway-all-teams = 所有班組
gateway-team-hint = 選擇群訊息的人在其班組的群裡被提醒
gateway-events = 通知事項
gateway-events-chat-hint = 無論涉及誰，這些事項都會通知到群
gateway-events-webhook-hint = 要呼叫的事實；不發送個人姓名和自由文字
gateway-method = 請求方法
gateway-headers = 請求標頭
gateway-headers-hint = 每行一個，{"{secret}"} 代表密鑰
gateway-body = 請求內容
gateway-body-hint = 會填入 {"{to}"}、{"{text}"} 和 {"{secret}"}，按內容類型轉義
gateway-success = 成功標誌
gateway-success-hint = 有的服務商失敗時也返回 200；留空則任何 2xx 都算成功
gateway-try = 試發
gateway-try-words = Aftercare：這是一條試發訊息，無需處理。
gateway-try-worked = 對方已接受。
gateway-try-failed = 對方沒有接受
gateway-try-no-phone = 試發會發到您自己的手機，但您的帳號沒有手機號。
gateway-rotate = 更換密鑰
gateway-pause = 暫停
gateway-resume = 恢復
notice-gateway-saved = 閘道已保存。
error-web-address = { $given } 不是網址，請以 https:// 開頭。
error-header = 每行一個請求標頭：名稱、冒號、值。
error-webhook-secret = Webhook 密鑰以 whsec_ 開頭，後接 base64。留空可自動產生。
told-set-aside = 來信無法讀取
told-set-aside-subject = 來自 { $title } 的一封來信被擱置
told-set-aside-text = 有一封來信無法收錄，正在收件匣中等待處理：{ $text }
told-review-due = 知識條目待複核
told-review-due-subject = 待複核：{ $title }
told-review-due-text =
    以下條目已過複核日期，請確認內容仍然正確，或加以修訂：
    { $text }
