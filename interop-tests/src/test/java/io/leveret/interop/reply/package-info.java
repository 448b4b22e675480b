/** Cases of direct reply-to. */
@NullMarked
package io.leveret.interop.reply;

import org.jspecify.annotations.NullMarked;
