package dev.octavo.engine.sandbox;

/** Where pods and Services listen. */
public enum AddressMode {
    /** What the system allows: the loopback network where it has all of it. */
    AUTOMATIC,
    /** Every pod and every Service has an address of its own in 127.0.0.0/8. */
    LOOPBACK_NETWORK,
    /** All listen at 127.0.0.1, at ports that the system chooses. */
    PORT_MAPPING
}
