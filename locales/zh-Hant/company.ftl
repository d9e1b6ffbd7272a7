# 公司資訊

## 公司
company-title = 公司資訊
company-lead = 客戶在每個頁面、通知和單據上看到的名稱與售後電話（C7.8）。
company-name = 公司名稱
company-name-hint = 寫在客戶看到的頁面、通知和單據上。
company-hotline = 售後電話
company-hotline-hint = 節假日也有人接聽的號碼。儲存後立即出現在所有頁面和之後的通知上。
company-mark = 標誌文字
company-mark-hint = 一到四個字，代替客戶入口網站左上角的標誌；不填用預設圖案。
company-address = 地址
company-address-hint = 印在入口網站頁尾和單據頁尾。
company-supervisor = 主管通知信箱
company-supervisor-hint = 未當場解決的通話除通知主管本人外，也發到這裡（C4.3）。
notice-company-saved = 公司資訊已儲存
