/** Where the real RabbitMQ comes from that Leveret is compared with. */
@NullMarked
package io.leveret.interop.reference;

import org.jspecify.annotations.NullMarked;
