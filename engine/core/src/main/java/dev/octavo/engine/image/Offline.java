package dev.octavo.engine.image;

/** Whether a base image made on this machine may stand in for the one that is asked for. */
public enum Offline {
    /** Where the network gives no way to the base's registry and no earlier copy is kept. */
    AUTO,
    /** Always; the network is not asked. */
    ALWAYS,
    /** Never: a base that cannot be reached is an error. */
    NEVER
}
