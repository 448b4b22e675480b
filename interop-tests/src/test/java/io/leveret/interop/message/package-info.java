/** Cases about messages: publishing, consuming, settling, confirms, transactions, direct reply-to. */
@NullMarked
package io.leveret.interop.message;

import org.jspecify.annotations.NullMarked;
