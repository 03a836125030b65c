package io.jenkins.plugins.octavo.board;

import hudson.Util;
import java.util.List;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/** A microservice on the board. */
@ExportedBean(defaultVisibility = 2)
public final class Row {
    private final String service;
    private final List<Slot> slots;

    Row(String service, List<Slot> slots) {
        this.service = service;
        this.slots = slots;
    }

    @Exported
    public String getService() {
        return service;
    }

    /** Of its history's address. */
    public String getPath() {
        return Util.rawEncode(service);
    }

    public List<Slot> getSlots() {
        return slots;
    }

    /** By environment. */
    @Exported
    public List<Cell> getCells() {
        return slots.stream().flatMap(slot -> slot.getCells().stream()).toList();
    }

    /** The microservice in an environment: none, one, or one in each of several namespaces. */
    public static final class Slot {
        private final String environment;
        private final List<Cell> cells;

        Slot(String environment, List<Cell> cells) {
            this.environment = environment;
            this.cells = cells;
        }

        public String getEnvironment() {
            return environment;
        }

        public List<Cell> getCells() {
            return cells;
        }

        public boolean isSeveral() {
            return cells.size() > 1;
        }
    }
}
