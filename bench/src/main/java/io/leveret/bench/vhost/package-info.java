/** Many virtual hosts at once. */
@NullMarked
package io.leveret.bench.vhost;

import org.jspecify.annotations.NullMarked;
