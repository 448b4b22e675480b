package io.leveret.amqp.method;

/** A method of the class {@code connection} (10). */
public sealed interface ConnectionMethod extends Method
        permits ConnectionStart,
                ConnectionStartOk,
                ConnectionSecure,
                ConnectionSecureOk,
                ConnectionTune,
                ConnectionTuneOk,
                ConnectionOpen,
                ConnectionOpenOk,
                ConnectionClose,
                ConnectionCloseOk,
                ConnectionBlocked,
                ConnectionUnblocked,
                ConnectionUpdateSecret,
                ConnectionUpdateSecretOk {

    int CLASS_ID = 10;
}
