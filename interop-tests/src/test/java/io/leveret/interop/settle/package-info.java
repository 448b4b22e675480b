/** Cases of what becomes of a delivery: acknowledged, rejected, returned, fetched one at a time. */
@NullMarked
package io.leveret.interop.settle;

import org.jspecify.annotations.NullMarked;
