# 知識庫：知識條目、缺口、服務單上的條目、入口網站

nav-articles = 知識庫
articles-title = 知識條目
articles-lead = 使用者技術支援資料庫：已知的故障、做法和通知，寫一次，處處可用。
articles-overdue = 到期待複核
articles-empty = 還沒有知識條目
articles-empty-words = 解決一張服務單後，可以把經過寫成知識條目；也可以從範本新寫。
articles-none-overdue = 沒有到期待複核的條目
articles-none-overdue-words = 已發布的條目都在複核期限之內。
article-new = 寫知識條目
article-search = 標題或型號
article-caption = 知識條目清單
article-numbered = 知識條目 { $id }
label-article-title = 標題
label-article-state = 狀態
label-article-kind = 類型
label-article-visibility = 誰能看
label-article-owner = 負責人
label-article-review-on = 複核日期
label-article-symptom = 現象
label-article-affected = 涉及的型號與版本
label-article-cause = 原因
label-article-workaround = 臨時辦法
label-article-solution = 解決方案
label-article-edition = 版次
label-article-published = 發布時間
article-kind-known-fault = 已知故障
article-kind-known-fault-means = 故障怎樣表現、為什麼、怎樣解決；可以關聯許多服務單
article-kind-how-to = 操作方法
article-kind-how-to-means = 一件事怎樣做，一步一步寫清楚
article-kind-notice = 通知
article-kind-notice-means = 需要客戶或同事知道的事
article-state-draft = 草稿
article-state-published = 已發布
article-state-retired = 已停用
article-internal = 僅內部
article-internal-means = 只有我們自己的人能看到
article-public = 客戶可見
article-public-means = 發布後，客戶在入口網站裡可以查到
article-used = 用於服務單
article-helped = 已解決且未重開
article-answers = 客戶說有幫助
article-updated = 更新於
article-review-due = 複核日期已過：請確認內容仍然適用，或修改、停用。
article-review = 複核
article-next-review = 下次複核
article-next-review-hint = 不填為半年之後
article-still-holds = 內容仍然適用
article-tickets = 關聯的服務單
article-no-tickets = 還沒有關聯服務單。
article-link-ticket = 關聯一張服務單
article-editions = 歷次版本
article-edition = 第 { $n } 版
article-compare = 比較版本
article-compare-old = 舊版
article-compare-new = 新版
article-compare-do = 比較
article-compare-same = 兩版相同
article-compare-same-words = 請選另外兩版。
article-file-copy = 複製插圖代碼
article-files-hint = 拖放、貼上截圖，或用手機拍照；每個不超過 { $limit }。複製插圖代碼，貼到正文裡即可顯示圖片
article-retire = 停用
article-publish = 發布
article-all-versions = 所有版本
article-templates-lead = 選一個範本開始。
article-preview = 預覽
article-symptom-hint = 報修的人會怎樣說？寫上警報和日誌的原文，便於查到
article-affected-hint = 一行一個型號；冒號後寫版本，不寫為所有版本
article-cause-hint = 已經查明的原因
article-workaround-hint = 徹底解決之前可以先這樣做
article-solution-hint = 分步驟寫，客戶和同事照著就能做
article-review-on-hint = 不填則發布後半年
article-markdown-hint = 正文用 Markdown：**加粗**、1. 編號、- 清單、`命令`、| 表格 |。先儲存，再上傳圖片。

article-template-known-fault-symptom =
    - 現象：
    - 警報或日誌原文：
    - 出現的條件：
article-template-known-fault-cause = 原因：
article-template-known-fault-workaround =
    1. 
article-template-known-fault-solution =
    1. 
    2. 

    驗證：
article-template-how-to-symptom = 適用於：
article-template-how-to-solution =
    準備：

    1. 
    2. 
    3. 

    完成後檢查：
article-template-notice-symptom =
    - 什麼事：
    - 什麼時間：
    - 影響誰：
article-template-notice-solution = 需要您做的：

gaps-title = 沒有找到的問題
gaps-lead = 在搜尋和入口網站裡問過、卻沒有結果的問題，按次數排列；不記錄是誰問的。
gaps-question = 問題
gaps-asked = 次數
gaps-last = 最近一次
gaps-acts = 操作
gaps-none = 目前沒有
gaps-none-words = 搜尋沒有結果時，問題會記在這裡。
gaps-write = 寫條目
gaps-forget = 不需要

notice-article-written = 草稿已儲存
notice-article-published = 已發布
notice-article-retired = 已停用
notice-article-reviewed = 已複核
notice-article-linked = 已關聯知識條目
notice-article-unlinked = 已取消關聯
notice-article-sent = 解決方案已發給客戶
notice-gap-forgotten = 已移除
notice-portal-helped = 謝謝您的回饋
refusal-article-says-nothing = 條目還沒有內容：請至少寫上現象、臨時辦法或解決方案，再發布。
refusal-article-review-past = 複核日期已過：請先修改複核日期，再發布。
refusal-article-retired = 這個條目已停用，不能再關聯。
refusal-article-knows-no-way = 這個條目還沒有發布的解決方案或臨時辦法。
refusal-article-not-published = 只有已發布的條目才需要複核。
error-too-many-lines = 最多 { $most } 行。
error-review-past = 請填寫今天之後的日期。

## 服務單上
ticket-articles = 知識條目
ticket-no-articles = 還沒有關聯知識條目。
ticket-article-sent = 已發給客戶
ticket-article-knows = 有解決辦法
ticket-article-open = 尚無解決辦法
ticket-article-reply = 用於答覆
ticket-article-send = 發給客戶
ticket-article-unlink = 取消關聯
ticket-article-link = 關聯知識條目
ticket-article-which = 哪個條目
ticket-article-link-do = 關聯
ticket-article-make = 寫成知識條目
search-kind-article = 知識條目
search-like-articles = 可能有用的知識條目
like-title = 相關的知識條目與服務單
like-link = 關聯到這張服務單
like-send = 把解決方案發給客戶
like-linked = 已關聯到這張服務單
fact-ticket-article-linked = 關聯知識條目：
fact-ticket-article-unlinked = 取消關聯知識條目：
fact-ticket-known-problem-found = 知識庫中已有解決辦法：
fact-ticket-solution-sent = 已把解決方案發給客戶：
fact-article-written = 寫成草稿
fact-article-edited = 修改為第 { $edition } 版
fact-article-published = 發布第 { $edition } 版，複核日期 { $review_on }
fact-article-retired = 停用
fact-article-reviewed = 複核，下次 { $review_on }
fact-article-file-added = 新增檔案
fact-article-file-removed = 移除檔案

## 入口網站
portal-nav-articles = 說明
portal-articles = 說明與常見問題
portal-articles-lead = 先查一查，也許馬上就能解決。
portal-articles-search = 描述您的問題，例如：印表機離線
portal-articles-none = 沒有找到相關內容。換個說法試試，或直接報修。
portal-articles-empty = 還沒有內容
portal-articles-empty-words = 有了新的解決方法，會登在這裡。
portal-did-it-help = 這篇內容有幫助嗎？
portal-helped = 有幫助
portal-helped-not = 沒有幫助
portal-helped-not-words = 抱歉沒能幫到您，您可以直接
portal-like-open = 同一據點已有類似的報修
portal-like-articles = 也許這些能馬上幫到您
portal-known = 相關的解決方法
portal-fact-ticket-solution-sent = 已向您提供解決方案

## 通知與權限
told-known-solved = 已知故障有了解決方案
told-known-solved-subject = [{ $number }] 已有解決方案：{ $title }
told-known-solved-text =
    { $name }，您好：

    您報修的「{ $title }」是一個已知故障，現在有了解決方案：

    { $text }

    如照此處理仍未解決，請告訴我們。
permission-view-articles = 檢視知識條目
permission-write-articles = 撰寫知識條目
permission-publish-articles = 發布和停用知識條目

## 診斷與方案（C7.4）
documents-title = 診斷與方案
documents-write = 撰寫
documents-read = 客戶已讀
documents-unread = 客戶未讀
documents-delivered = 送達
documents-read-at = 已讀
documents-contact-hint = 傳送到這位聯絡人的信箱，並顯示在入口網站裡
document-section = 【{ $title }】
    { $text }
ticket-document-diagnosis = 診斷結果
ticket-document-diagnosis-hint = 送達客戶後，24 小時診斷的計時停止。
ticket-document-plan = 緊急故障處理方案
ticket-document-plan-hint = 送達客戶後，24 小時處理方案的計時停止。
document-findings = 檢測與分析經過
document-findings-hint = 做了哪些測試，看到了什麼
document-conclusion = 診斷結論
document-conclusion-hint = 原因是什麼，影響到哪裡
document-treatment = 處理方法
document-treatment-hint = 怎樣處理，需要客戶配合什麼
document-outlook = 後續安排
document-outlook-hint = 何時完成，之後怎樣預防
document-situation = 故障情況與影響
document-situation-hint = 什麼停了，影響哪些業務和多少人
document-steps = 處理步驟
document-steps-hint = 按先後寫，先恢復業務，再查原因
document-resources = 人員與備件
document-resources-hint = 誰去做，帶什麼備件和工具
document-schedule = 時間安排
document-schedule-hint = 每一步何時開始、何時完成
document-fallback = 回退與應急措施
document-fallback-hint = 如果行不通怎麼辦
fact-ticket-document-read = 客戶已讀送達的文件
told-diagnosis = 診斷結果
told-diagnosis-subject = [{ $number }] 診斷結果：{ $title }
told-diagnosis-text =
    { $name }，您好：

    您報修的「{ $title }」經遠端測試分析，結果如下：

    { $text }
told-plan = 緊急故障處理方案
told-plan-subject = [{ $number }] 緊急故障處理方案：{ $title }
told-plan-text =
    { $name }，您好：

    您報修的「{ $title }」的處理方案如下：

    { $text }
