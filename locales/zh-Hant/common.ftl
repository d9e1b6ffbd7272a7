# 各頁面共用的文字
product-name = 售後
locale-zh-hans = 简体中文
locale-zh-hant = 繁體中文
locale-en = English

## 時間
duration-days = { $n } 天
duration-hours = { $n } 小時
duration-minutes = { $n } 分
duration-seconds = { $n } 秒
relative-now = 剛剛
relative-past = { $span }前
relative-future = { $span }後
countdown-left = 剩餘 { $span }
countdown-over = 逾時 { $span }

## 頁面框架
skip-to-content = 跳到內文
nav-label = 主選單
nav-people = 人員
nav-teams = 班組
nav-style = 樣式總覽
crumbs-label = 目前位置
tabs-label = 檢視
hotline = 售後電話
account-menu = 我的帳號
account-settings = 個人設定
sign-out = 登出
theme-label = 配色
theme-auto = 跟隨系統
theme-light = 淺色
theme-dark = 深色
live-lost = 連線中斷，正在重新連線
live-writing = { $names } 正在填寫

## 命令面板與快速鍵
palette-open = 搜尋或前往
palette-title = 命令面板
palette-hint = 輸入故障號碼、客戶名稱或頁面
palette-none = 找不到。換個詞，或輸入故障號碼
keys-title = 快速鍵
keys-everywhere = 通用
keys-go = 前往
keys-page = 本頁
keys-search = 游標移到搜尋欄
keys-rows = 下一列 / 上一列
keys-open = 開啟目前的列
keys-select = 選取目前的列
keys-close = 關閉彈出視窗

## 表單
form-optional = 選填
form-problems = 有 { $n } 處需要修改
form-save = 儲存
form-cancel = 取消
dialog-close = 關閉
drop-help = 拖曳到此處，或貼上，或點選檔案
drop-remove = 移除
combobox-none = 沒有相符的項目
combobox-error = 暫時無法查詢，請稍後再試
copied = 已複製

## 清單
search-label = 搜尋
filters-apply = 篩選
filters-active = 已選條件
filters-remove = 移除此條件
filters-clear = 全部清除
pagination-label = 換頁
pagination-first = 回到第一頁
pagination-next = 下一頁
draft-restored = 已還原上次沒有送出的內容。
draft-discard = 捨棄
