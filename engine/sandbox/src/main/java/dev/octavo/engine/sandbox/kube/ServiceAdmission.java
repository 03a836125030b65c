package dev.octavo.engine.sandbox.kube;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Gives Services their addresses and ports. */
public interface ServiceAdmission {
    /** Gives none: Services stay as they are. */
    ServiceAdmission NONE = (service, before, dryRun) -> {};

    /**
     * Completes a Service with its cluster address and node ports.
     *
     * @param before the Service as it is; null where it is new
     * @param dryRun whether nothing may be reserved
     * @throws ApiException 422 where a port or address cannot be had
     */
    void admit(ObjectNode service, @Nullable ObjectNode before, boolean dryRun);
}
