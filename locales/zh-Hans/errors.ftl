# 办不成时说的话
failure-back = 重试
failure-home = 回到首页
failure-invalid = 有内容需要修改
failure-invalid-detail = 有 { $n } 处填写有误，请按提示修改后再提交。
failure-refused = 现在不能这样做
failure-not-found = 没有这个页面
failure-not-found-detail = 地址可能有误，或者内容已被移走。
failure-sign-in = 需要登录
failure-sign-in-detail = 请登录，或在请求中带上有效的访问令牌。
failure-forbidden = 没有权限
failure-forbidden-detail = 这一操作需要“{ $permission }”权限。如确有需要，请联系管理员。
failure-cross-site = 请求来源不对
failure-cross-site-detail = 这一请求来自别的网站，为安全起见没有执行。请从本系统的页面上操作。
failure-unreadable = 无法读取请求
failure-unreadable-detail = 提交的内容格式有误，请重新提交。
failure-unreadable-json = 无法读取 JSON
failure-unreadable-json-detail = 请求体不是所需的 JSON：{ $reason }
failure-too-large = 内容太大
failure-too-large-detail = 超过了上限 { $limit }，没有保存任何内容。请压缩或拆分后再上传。
failure-too-many = 尝试次数过多
failure-too-many-detail = 请在 { $span }后再试。
failure-gone = 链接已失效
failure-gone-detail = 链接只能使用一次，且有时限。请联系管理员重新生成。
failure-wrong-method = 不支持这种请求
failure-wrong-method-detail = 此地址不支持所用的 HTTP 方法。
failure-unavailable = 暂时无法办理
failure-unavailable-detail = 数据库暂时连不上或正忙，没有保存任何内容。请稍后重试。
failure-disk-full = 磁盘已满
failure-disk-full-detail = 服务器磁盘空间不足，没有保存任何内容。请联系管理员清理后重试。
failure-broke = 系统出错了
failure-broke-detail = 没有保存任何内容。错误已记入日志，编号 { $id }，请告诉管理员。

## 字段
error-required = 必填
error-too-long = 最多 { $most } 个字
error-unknown-choice = “{ $given }”不在可选范围内
error-no-such-time = “{ $given }”不是有效的日期或时间
