# 演示公司
demo-registry = 正在建立客户、网点和设备
demo-tickets = 正在生成一年的服务单
demo-company = { $name }(演示公司)。以下人员可以登录:
demo-sign-in = 打开 { $url },密码均为 { $password }
demo-portal = 客户门户 { $url },密码相同:
