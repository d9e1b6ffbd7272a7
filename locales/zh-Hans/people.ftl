# 人员
sign-in-title = 登录
sign-in = 登录
people-login = 登录名
people-password = 密码
style-states = 状态
