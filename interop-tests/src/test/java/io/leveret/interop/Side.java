package io.leveret.interop;

import io.leveret.interop.reference.Reference;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;

/** The two brokers. Each is started when the first case asks for it, and stays until the last test has run. */
enum Side {
    RABBITMQ("RabbitMQ") {
        @Override
        InetSocketAddress address(Store store, Setup setup) {
            return reference(store, setup).address();
        }

        @Override
        Administration administration(Store store, Setup setup) {
            return new ReferenceAdministration(reference(store, setup), setup.virtualHost());
        }

        private static Reference reference(Store store, Setup setup) {
            return store.getOrComputeIfAbsent(
                    setup + " RabbitMQ",
                    key -> Reference.start(setup.reference(), setup.virtualHost()),
                    Reference.class);
        }
    },
    LEVERET("Leveret") {
        @Override
        InetSocketAddress address(Store store, Setup setup) {
            return embedded(store, setup).address();
        }

        @Override
        Administration administration(Store store, Setup setup) {
            return embedded(store, setup).administration(setup.virtualHost());
        }

        private static EmbeddedLeveret embedded(Store store, Setup setup) {
            return store.getOrComputeIfAbsent(
                    setup + " Leveret", key -> EmbeddedLeveret.start(setup), EmbeddedLeveret.class);
        }
    };

    private final String label;

    Side(String label) {
        this.label = label;
    }

    String label() {
        return label;
    }

    /** Where it listens; aborts the test if it isn't to be had here. */
    InetSocketAddress address(ExtensionContext context, Setup setup) {
        return address(store(context), setup);
    }

    /** What an operator can do there; aborts the test if that isn't to be had here. */
    Administration administration(ExtensionContext context, Setup setup) {
        return administration(store(context), setup);
    }

    private static Store store(ExtensionContext context) {
        return context.getRoot().getStore(Namespace.create(Side.class));
    }

    abstract InetSocketAddress address(Store store, Setup setup);

    abstract Administration administration(Store store, Setup setup);
}
