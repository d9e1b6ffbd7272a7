# 人員
sign-in-title = 登入
sign-in = 登入
people-login = 登入名稱
people-password = 密碼
style-states = 狀態
