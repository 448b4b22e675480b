package io.leveret.broker.settings;

/** All settings of a broker, checked by whoever made them; immutable. */
public record BrokerSettings(
        NetworkSettings network,
        LimitSettings limits,
        StorageSettings storage,
        LoginSettings login,
        IdentitySettings identity,
        DeprecatedFeatures deprecatedFeatures,
        TopologySettings topology) {

    /** With nothing declared beforehand. */
    public BrokerSettings(
            NetworkSettings network,
            LimitSettings limits,
            StorageSettings storage,
            LoginSettings login,
            IdentitySettings identity,
            DeprecatedFeatures deprecatedFeatures) {
        this(network, limits, storage, login, identity, deprecatedFeatures, TopologySettings.defaults());
    }

    /** RabbitMQ's defaults. */
    public static BrokerSettings defaults() {
        return new BrokerSettings(
                NetworkSettings.defaults(),
                LimitSettings.defaults(),
                StorageSettings.defaults(),
                LoginSettings.defaults(),
                IdentitySettings.defaults(),
                DeprecatedFeatures.defaults());
    }

    public BrokerSettings withNetwork(NetworkSettings network) {
        return new BrokerSettings(network, limits, storage, login, identity, deprecatedFeatures, topology);
    }

    public BrokerSettings withLimits(LimitSettings limits) {
        return new BrokerSettings(network, limits, storage, login, identity, deprecatedFeatures, topology);
    }

    public BrokerSettings withTopology(TopologySettings other) {
        return new BrokerSettings(network, limits, storage, login, identity, deprecatedFeatures, other);
    }
}
