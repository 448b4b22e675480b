/** Cases of what leaves queues by itself: what expires, what is too much, and where it goes. */
@NullMarked
package io.leveret.interop.deadletter;

import org.jspecify.annotations.NullMarked;
