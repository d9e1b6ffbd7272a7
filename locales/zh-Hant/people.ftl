# 人員、班組、帳號

## 角色
role-administrator = 管理員
role-administrator-does = 管理帳號與系統，可執行所有操作
role-manager = 服務經理
role-manager-does = 對服務負責：檢視考核、登記客戶豁免、發布服務承諾
role-hotline = 熱線
role-hotline-does = 接聽來電、受理電子郵件與網路報修
role-dispatcher = 調度
role-dispatcher-does = 分派人員、合併服務單、登記協商期限
role-engineer = 工程師
role-engineer-does = 遠端處理、到場維修
role-spares = 備品
role-spares-does = 管理備品與送修
role-project = 工程
role-project-does = 施工、驗收、交付
role-read-only = 唯讀
role-read-only-does = 只能檢視，不能修改

## 權限
permission-use-own-account = 使用本人帳號
permission-view-tickets = 檢視服務單
permission-report-ticket = 受理報修
permission-work-ticket = 處理服務單
permission-change-severity = 確認或變更級別
permission-assign-ticket = 分派服務單
permission-close-ticket = 結案與重開
permission-merge-tickets = 合併與拆分
permission-agree-deadline = 登記協商期限
permission-waive-promise = 登記客戶豁免
permission-change-tickets-in-bulk = 批次操作
permission-handle-calls = 接打熱線
permission-tell-call-events = 上報線路事件
permission-keep-templates = 維護常用回覆和檢查單
permission-share-views = 共用檢視
permission-import-tickets = 匯入服務單
permission-view-registry = 檢視客戶與設備檔案
permission-edit-customers = 編輯客戶、網點、聯絡人
permission-edit-contracts = 編輯合約與驗收
permission-edit-products = 編輯型號
permission-edit-assets = 編輯設備
permission-import-registry = 匯入檔案
permission-view-promises = 檢視服務承諾
permission-publish-commitments = 發布服務承諾
permission-view-ledger = 檢視證據帳本
permission-export-data = 匯出資料
permission-view-people = 檢視人員
permission-manage-people = 管理帳號
permission-manage-teams = 管理班組
permission-view-deliveries = 查看發送記錄和管道健康
permission-manage-notices = 重新發送，設定閘道和升級通知
permission-manage-system = 管理系統

## 登入
sign-in-title = 登入
sign-in = 登入
sign-in-help = 忘記密碼？請管理員為您產生重設密碼的連結。
set-up-title = 首次設定
set-up-lead = 建立第一位管理員，完成後即可新增其他人員。此連結只能使用一次。
set-up-finish = 建立並登入
password-title = 設定密碼
password-set = 儲存並登入

## 人員
people-title = 人員
people-search = 姓名、登入名稱、電話或信箱
people-new = 新增人員
people-new-title = 新增人員
people-new-lead = 儲存後會得到一個連結，由本人設定密碼。
people-create = 新增
people-name = 姓名
people-login = 登入名稱
people-login-hint = 小寫字母、數字與 . _ - @，2 至 64 個字元
people-phone = 電話
people-email = 電子信箱
people-contact = 聯絡方式
people-role = 角色
people-state = 狀態
people-active = 啟用
people-inactive = 已停用
people-seen = 最近使用
people-never = 從未使用
people-created = 建立時間
people-particulars = 基本資料
people-access = 登入與工作階段
people-no-team = 未加入任何班組
people-none = 沒有符合條件的人員
people-none-lead = 每位員工一個帳號，角色決定能做什麼。請清除篩選條件，或新增人員。
people-reset-link = 產生重設密碼連結
people-end-sessions = 結束所有工作階段
people-deactivate = 停用帳號
people-deactivate-question = { $name } 將無法再登入，目前的工作階段會立即結束。歷史紀錄會保留，可隨時重新啟用。
people-reactivate = 重新啟用
people-reason = 原因
people-link-title = 設定密碼的連結
people-link-lead = 請把連結交給 { $name }。連結只顯示這一次，只能使用一次，{ $hours } 小時內有效。
people-password = 密碼
people-password-current = 目前密碼
people-password-new = 新密碼
people-password-again = 再輸入一次
people-password-hint = 至少 { $least } 個字元，長比複雜更重要

## 班組
teams-name = 班組名稱
teams-note = 說明
teams-note-hint = 例如負責的區域或技術方向
teams-members = 成員
teams-particulars = 班組資料
teams-new = 新增班組
teams-create = 新增
teams-none = 還沒有班組
teams-none-lead = 班組共用一個待辦佇列：可依區域、技術或值班安排劃分。
teams-no-members = 還沒有成員
teams-add-member = 新增成員
teams-add = 新增
teams-remove = 移出
teams-archive = 封存班組
teams-restore = 還原班組
teams-active = 使用中
teams-archived = 已封存

## 個人設定
account-look = 語言與顯示
account-locale = 語言
account-as-browser = 跟隨瀏覽器
account-zone = 時區
account-zone-hint = 時間依此時區顯示；網點的時間一律依網點所在時區顯示
account-password = 密碼
account-password-change = 變更密碼
account-sessions = 登入工作階段
sessions-agent = 裝置
sessions-address = 網路位址
sessions-since = 登入時間
sessions-seen = 最近使用
sessions-this = 目前
sessions-end = 結束
sessions-end-others = 結束其他所有工作階段
tokens-title = API 權杖
tokens-lead = 供程式透過 API 存取，權限不會超過您本人。
tokens-docs = 檢視 API 文件
tokens-name = 名稱
tokens-name-hint = 由哪個程式使用，例如「監控告警」
tokens-scopes = 權限範圍
tokens-expires = 有效期
tokens-never-expires = 長期有效
tokens-used = 最近使用
tokens-new = 新增權杖
tokens-make = 產生權杖
tokens-made = 權杖已產生
tokens-once = 權杖只顯示這一次，請立即存放在安全的地方。
tokens-use = 在請求標頭中附上：
tokens-revoke = 撤銷
copy = 複製

## 提示
notice-settings-saved = 設定已儲存
notice-password-set = 密碼已變更，其他工作階段已結束
notice-session-ended = 工作階段已結束
notice-sessions-ended = 已結束 { $n } 個工作階段
notice-token-revoked = 權杖已撤銷
notice-person-saved = 人員資料已儲存
notice-person-deactivated = 帳號已停用
notice-person-reactivated = 帳號已重新啟用
notice-team-saved = 班組已儲存

## 欄位
error-sign-in = 登入名稱或密碼不正確
error-login = 「{ $given }」不能作為登入名稱：請用小寫字母、數字與 . _ - @，2 至 64 個字元
error-login-taken = 這個登入名稱已有人使用，請換一個
error-name-taken = 已有相同名稱，請換一個
error-password-short = 至少需要 { $least } 個字元
error-password-login = 密碼不能與登入名稱相同
error-password-differs = 兩次輸入不一致
error-password-current = 目前密碼不正確
error-scopes = 請至少選擇一項權限

## 樣式總覽
style-lead = 頁面的所有部件都在這裡，供設計與驗收對照。
style-states = 狀態與期限
style-figures = 數字
style-lists = 清單
style-fields = 表單
style-story = 時間軸
style-colours = 顏色
style-icons = 圖示
style-dialog = 開啟對話框
style-menu = 更多操作
style-empty = 空清單
style-files = 照片與檔案
style-again = 再看一次
