/** Cases about queues: declaring, arguments, deleting, purging. */
@NullMarked
package io.leveret.interop.queue;

import org.jspecify.annotations.NullMarked;
