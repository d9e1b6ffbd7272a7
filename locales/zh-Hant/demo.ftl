# 示範公司
demo-registry = 正在建立客戶、網點和設備
demo-tickets = 正在產生一年的服務單
demo-company = { $name }(示範公司)。以下人員可以登入:
demo-sign-in = 開啟 { $url },密碼均為 { $password }
demo-portal = 客戶門戶 { $url },密碼相同:
