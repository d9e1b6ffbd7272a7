# 人员、班组、账号

## 角色
role-administrator = 管理员
role-administrator-does = 管理账号和系统，可做一切操作
role-manager = 服务经理
role-manager-does = 对服务负责：查看考核、登记客户豁免、发布服务承诺
role-hotline = 热线
role-hotline-does = 接听来电、受理邮件和网上报修
role-dispatcher = 调度
role-dispatcher-does = 分派人员、合并服务单、登记协商时限
role-engineer = 工程师
role-engineer-does = 远程处理、上门维修
role-spares = 备件
role-spares-does = 管理备件和返修
role-project = 工程
role-project-does = 施工、验收、交付
role-read-only = 只读
role-read-only-does = 只能查看，不能修改

## 权限
permission-use-own-account = 使用本人账号
permission-view-tickets = 查看服务单
permission-report-ticket = 受理报修
permission-work-ticket = 处理服务单
permission-change-severity = 确认或变更级别
permission-assign-ticket = 分派服务单
permission-close-ticket = 关闭与重开
permission-merge-tickets = 合并与拆分
permission-agree-deadline = 登记协商时限
permission-waive-promise = 登记客户豁免
permission-change-tickets-in-bulk = 批量操作
permission-handle-calls = 接打热线
permission-tell-call-events = 上报线路事件
permission-keep-templates = 维护常用回复和检查单
permission-share-views = 共享视图
permission-import-tickets = 导入服务单
permission-view-registry = 查看客户与设备档案
permission-edit-customers = 编辑客户、网点、联系人
permission-edit-contracts = 编辑合同与验收
permission-edit-products = 编辑型号
permission-edit-assets = 编辑设备
permission-import-registry = 导入档案
permission-view-promises = 查看服务承诺
permission-publish-commitments = 发布服务承诺
permission-view-ledger = 查看证据账本
permission-export-data = 导出数据
permission-view-people = 查看人员
permission-manage-people = 管理账号
permission-manage-teams = 管理班组
permission-view-deliveries = 查看发送记录和渠道健康
permission-manage-notices = 重新发送，设置网关和升级通知
permission-manage-system = 管理系统

## 登录
sign-in-title = 登录
sign-in = 登录
sign-in-help = 忘记密码？请管理员为您生成一个重设密码的链接。
set-up-title = 首次设置
set-up-lead = 创建第一位管理员，完成后即可添加其他人员。此链接只能使用一次。
set-up-finish = 创建并登录
password-title = 设置密码
password-set = 保存并登录

## 人员
people-title = 人员
people-search = 姓名、登录名、电话或邮箱
people-new = 添加人员
people-new-title = 添加人员
people-new-lead = 保存后会得到一个链接，本人用它设置密码。
people-create = 添加
people-name = 姓名
people-login = 登录名
people-login-hint = 小写字母、数字和 . _ - @，2 至 64 个字符
people-phone = 电话
people-email = 邮箱
people-contact = 联系方式
people-role = 角色
people-state = 状态
people-active = 启用
people-inactive = 已停用
people-seen = 最近使用
people-never = 从未使用
people-created = 创建时间
people-particulars = 基本信息
people-access = 登录与会话
people-no-team = 未加入任何班组
people-none = 没有符合条件的人员
people-none-lead = 每位员工一个账号，角色决定能做什么。去掉筛选条件，或添加人员。
people-reset-link = 生成重设密码链接
people-end-sessions = 结束全部会话
people-deactivate = 停用账号
people-deactivate-question = { $name } 将无法再登录，当前会话立即结束。历史记录保留，随时可以重新启用。
people-reactivate = 重新启用
people-reason = 原因
people-link-title = 设置密码的链接
people-link-lead = 请把链接交给 { $name }。链接只显示这一次，只能使用一次，{ $hours } 小时内有效。
people-password = 密码
people-password-current = 当前密码
people-password-new = 新密码
people-password-again = 再输入一次
people-password-hint = 至少 { $least } 个字符，长比复杂更重要

## 班组
teams-name = 班组名称
teams-note = 说明
teams-note-hint = 例如负责的区域或技术方向
teams-members = 成员
teams-particulars = 班组信息
teams-new = 新建班组
teams-create = 新建
teams-none = 还没有班组
teams-none-lead = 班组共用一个待办队列：按区域、技术或值班安排来划分。
teams-no-members = 还没有成员
teams-add-member = 添加成员
teams-add = 添加
teams-remove = 移出
teams-archive = 归档班组
teams-restore = 恢复班组
teams-active = 在用
teams-archived = 已归档

## 个人设置
account-look = 语言与显示
account-locale = 语言
account-as-browser = 跟随浏览器
account-zone = 时区
account-zone-hint = 时间按此时区显示；网点的时间始终按网点所在时区显示
account-password = 密码
account-password-change = 修改密码
account-sessions = 登录会话
sessions-agent = 设备
sessions-address = 网络地址
sessions-since = 登录时间
sessions-seen = 最近使用
sessions-this = 当前
sessions-end = 结束
sessions-end-others = 结束其他全部会话
tokens-title = 接口令牌
tokens-lead = 供程序通过接口访问，权限不会超过您本人。
tokens-docs = 查看接口文档
tokens-name = 名称
tokens-name-hint = 哪个程序使用，例如“监控告警”
tokens-scopes = 权限范围
tokens-expires = 有效期
tokens-never-expires = 长期有效
tokens-used = 最近使用
tokens-new = 新建令牌
tokens-make = 生成令牌
tokens-made = 令牌已生成
tokens-once = 令牌只显示这一次，请立即保存到安全的地方。
tokens-use = 在请求头中携带：
tokens-revoke = 吊销
copy = 复制

## 提示
notice-settings-saved = 设置已保存
notice-password-set = 密码已修改，其他会话已结束
notice-session-ended = 会话已结束
notice-sessions-ended = 已结束 { $n } 个会话
notice-token-revoked = 令牌已吊销
notice-person-saved = 人员信息已保存
notice-person-deactivated = 账号已停用
notice-person-reactivated = 账号已重新启用
notice-team-saved = 班组已保存

## 字段
error-sign-in = 登录名或密码不正确
error-login = “{ $given }”不能用作登录名：请用小写字母、数字和 . _ - @，2 至 64 个字符
error-login-taken = 这个登录名已有人使用，请换一个
error-name-taken = 已有同名的，请换一个名称
error-password-short = 至少需要 { $least } 个字符
error-password-login = 密码不能与登录名相同
error-password-differs = 两次输入不一致
error-password-current = 当前密码不正确
error-scopes = 请至少选择一项权限

## 样式一览
style-lead = 页面的全部部件都在这里，供设计与验收对照。
style-states = 状态与时限
style-figures = 数字
style-lists = 列表
style-fields = 表单
style-story = 时间线
style-colours = 颜色
style-icons = 图标
style-dialog = 打开对话框
style-menu = 更多操作
style-empty = 空列表
style-files = 照片和文件
style-again = 再看一次
