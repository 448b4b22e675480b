/** Cases of what a publisher is told: confirms and transactions. */
@NullMarked
package io.leveret.interop.confirm;

import org.jspecify.annotations.NullMarked;
