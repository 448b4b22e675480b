/** Virtual hosts: exchanges, queues and bindings by name, their declaration, deletion and routing. */
@NullMarked
package io.leveret.broker.vhost;

import org.jspecify.annotations.NullMarked;
