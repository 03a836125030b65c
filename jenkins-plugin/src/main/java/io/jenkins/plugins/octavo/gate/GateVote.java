package io.jenkins.plugins.octavo.gate;

import hudson.model.User;
import java.util.Date;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/** That a person approved. Kept in the build's file. */
@ExportedBean(defaultVisibility = 3)
public final class GateVote {
    private final String user;
    private final String reason;
    private final long time;

    GateVote(String user, String reason, long time) {
        this.user = user;
        this.reason = reason;
        this.time = time;
    }

    /** The person's ID. */
    @Exported
    public String getUser() {
        return user;
    }

    /** {@code ""} where none was given. */
    @Exported
    public String getReason() {
        return reason;
    }

    @Exported
    public Date getTime() {
        return new Date(time);
    }

    /** The name that people know. */
    public String getFullName() {
        return fullName(user);
    }

    static String fullName(String id) {
        User user = User.getById(id, false);
        return user == null ? id : user.getFullName();
    }
}
