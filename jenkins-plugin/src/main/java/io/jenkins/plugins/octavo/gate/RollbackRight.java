package io.jenkins.plugins.octavo.gate;

import hudson.model.Run;
import hudson.model.User;
import hudson.security.ACL;
import io.jenkins.plugins.octavo.FourLines;
import io.jenkins.plugins.octavo.OctavoPermissions;
import java.util.List;
import jenkins.model.Jenkins;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.userdetails.UsernameNotFoundException;

/** Who may go back to an earlier release: those with the permission for it, by starting a build that does so. */
public final class RollbackRight {
    private RollbackRight() {}

    /**
     * Checks everybody who started the build; a build that nobody started is looked at as one of nobody's.
     *
     * @throws FourLines where one of them lacks the permission
     */
    public static void require(Run<?, ?> run) throws FourLines {
        ACL acl = run.getParent().getACL();
        List<String> starters = BuildPeople.of(run).starters();
        if (starters.isEmpty() && !acl.hasPermission2(Jenkins.ANONYMOUS2, OctavoPermissions.ROLL_BACK)) {
            throw refused(run, "no person has started the build");
        }
        for (String starter : starters) {
            Authentication who = authentication(starter);
            if (who == null || !acl.hasPermission2(who, OctavoPermissions.ROLL_BACK)) {
                throw refused(run, "\"" + starter + "\" has started the build and lacks the permission Octavo/RollBack");
            }
        }
    }

    private static Authentication authentication(String id) {
        User user = User.getById(id, false);
        try {
            return user == null ? null : user.impersonate2();
        } catch (UsernameNotFoundException e) {
            return null;
        }
    }

    private static FourLines refused(Run<?, ?> run, String why) {
        return new FourLines(
                FourLines.GATE,
                "The build may not go back to an earlier release",
                run.getFullDisplayName(),
                why,
                "have somebody with that permission start it, or have the permission granted");
    }
}
