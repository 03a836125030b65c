package io.jenkins.plugins.octavo;

import hudson.model.Run;
import hudson.security.Permission;
import hudson.security.PermissionGroup;
import hudson.security.PermissionScope;

/** Permissions of their own, since who may build need not be who may deploy. */
public final class OctavoPermissions {
    private static final PermissionGroup GROUP =
            new PermissionGroup(OctavoPermissions.class, Messages._OctavoPermissions_group());

    /** Approving or refusing at gates. Where a gate names approvers, one has to be among them besides. */
    public static final Permission APPROVE = new Permission(
            GROUP, "Approve", Messages._OctavoPermissions_approve(), Run.UPDATE, true, new PermissionScope[] {
                PermissionScope.ITEM, PermissionScope.RUN
            });

    /** Asking for an earlier release, which then goes through its gate. Who may build need not be who may do this. */
    public static final Permission ROLL_BACK = new Permission(
            GROUP, "RollBack", Messages._OctavoPermissions_rollBack(), Run.UPDATE, true, new PermissionScope[] {
                PermissionScope.ITEM, PermissionScope.RUN
            });

    private OctavoPermissions() {}

    /** Registers them before the security realm reads its matrix. */
    @hudson.init.Initializer(before = hudson.init.InitMilestone.SYSTEM_CONFIG_LOADED)
    public static void register() {
        // loading the class is enough
    }
}
