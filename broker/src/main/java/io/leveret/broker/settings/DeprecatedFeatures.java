package io.leveret.broker.settings;

/**
 * {@code deprecated_features.permit.*}: features which RabbitMQ phases out. All are permitted here unless the operator
 * refuses them.
 *
 * @param transientNonexclusiveQueues refused: declaring one is 541 INTERNAL_ERROR, as in RabbitMQ
 * @param globalQos refused: {@code basic.qos} with global=true is treated as global=false, as in RabbitMQ 4.3
 */
public record DeprecatedFeatures(boolean transientNonexclusiveQueues, boolean globalQos) {

    public static DeprecatedFeatures defaults() {
        return new DeprecatedFeatures(true, true);
    }
}
