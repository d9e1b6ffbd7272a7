# 各页面共用的文字
product-name = 售后
locale-zh-hans = 简体中文
locale-zh-hant = 繁體中文
locale-en = English

## 时间
duration-days = { $n } 天
duration-hours = { $n } 小时
duration-minutes = { $n } 分
duration-seconds = { $n } 秒
relative-now = 刚刚
relative-past = { $span }前
relative-future = { $span }后
countdown-left = 剩余 { $span }
countdown-over = 超时 { $span }

## 页面框架
skip-to-content = 跳到正文
nav-label = 主导航
nav-people = 人员
nav-teams = 班组
nav-style = 样式一览
crumbs-label = 当前位置
tabs-label = 视图
hotline = 售后电话
account-menu = 我的账号
account-settings = 个人设置
sign-out = 退出登录
theme-label = 配色
theme-auto = 跟随系统
theme-light = 浅色
theme-dark = 深色
live-lost = 连接已断开，正在重连
live-writing = { $names } 正在填写

## 命令面板与快捷键
palette-open = 搜索或跳转
palette-title = 命令面板
palette-hint = 输入故障号码、客户名称或页面
palette-none = 没有找到。换个词，或输入故障号码
keys-title = 快捷键
keys-everywhere = 通用
keys-go = 跳转
keys-page = 本页
keys-search = 光标进入搜索框
keys-rows = 下一行 / 上一行
keys-open = 打开当前行
keys-select = 选中当前行
keys-close = 关闭弹层

## 表单
form-optional = 选填
form-problems = 有 { $n } 处需要修改
form-save = 保存
form-cancel = 取消
dialog-close = 关闭
drop-help = 拖到此处，或粘贴，或点击选择文件
drop-remove = 移除
combobox-none = 没有匹配项
combobox-error = 暂时查不到，请稍后再试
copied = 已复制

## 列表
search-label = 搜索
filters-apply = 筛选
filters-active = 已选条件
filters-remove = 去掉此条件
filters-clear = 全部清除
pagination-label = 翻页
pagination-first = 回到首页
pagination-next = 下一页
draft-restored = 已恢复上次没有提交的内容。
draft-discard = 丢弃
