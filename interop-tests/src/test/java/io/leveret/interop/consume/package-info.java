/** Cases of consumers: how they come, what reaches them, how they go. */
@NullMarked
package io.leveret.interop.consume;

import org.jspecify.annotations.NullMarked;
