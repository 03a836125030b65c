package io.jenkins.plugins.octavo.gate;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import hudson.Util;
import hudson.security.ACL;
import io.jenkins.plugins.octavo.OctavoPermissions;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import jenkins.model.Jenkins;
import org.springframework.security.authentication.AnonymousAuthenticationToken;
import org.springframework.security.core.Authentication;

/** Who may approve or refuse, and when it counts. The page, the REST interface and the command line all ask here. */
final class GateDecision {
    private static final int MAX_REASON = 1000;

    private GateDecision() {}

    /**
     * Approves as the one who is logged in. It is on disk when this returns.
     *
     * @param seen the hash of what the approver saw
     */
    static void approve(PlanGate gate, @CheckForNull String seen, @CheckForNull String reason)
            throws GateObjection, IOException {
        Authentication who = Jenkins.getAuthentication2();
        String why = tidy(reason);
        synchronized (gate.lock()) {
            check(gate, who);
            if (gate.approvedBy(who.getName())) {
                throw conflict(Messages.GateDecision_twice());
            }
            if (Util.fixEmptyAndTrim(seen) == null) {
                throw bad(Messages.GateDecision_hashMissing());
            }
            checkHash(gate, seen);
            if (!gate.isReadable()) {
                throw conflict(Messages.GateDecision_planGone());
            }
            checkReason(gate, why);
            gate.approve(who.getName(), why);
        }
        gate.goOn();
    }

    /**
     * Refuses as the one who is logged in, which ends the gate.
     *
     * @param seen the hash of what was seen; none is needed, since a refusal lets nothing happen
     */
    static void refuse(PlanGate gate, @CheckForNull String seen, @CheckForNull String reason)
            throws GateObjection, IOException {
        Authentication who = Jenkins.getAuthentication2();
        String why = tidy(reason);
        synchronized (gate.lock()) {
            check(gate, who);
            if (Util.fixEmptyAndTrim(seen) != null) {
                checkHash(gate, seen);
            }
            checkReason(gate, why);
            gate.refuse(who.getName(), why);
        }
        gate.goOn();
    }

    /** Why the one who is logged in may neither approve nor refuse; null where they may. */
    @CheckForNull
    static String objection(PlanGate gate) {
        try {
            check(gate, Jenkins.getAuthentication2());
            return null;
        } catch (GateObjection objection) {
            return objection.getMessage();
        }
    }

    private static void check(PlanGate gate, Authentication who) throws GateObjection {
        if (!gate.getRun().getParent().getACL().hasPermission2(who, OctavoPermissions.APPROVE)) {
            throw forbidden(Messages.GateDecision_permission(who.getName()));
        }
        if (!gate.isWaiting()) {
            throw conflict(Messages.GateDecision_over(gate.getStateSentence()));
        }
        GatePolicy policy = gate.policy();
        boolean nameless = who instanceof AnonymousAuthenticationToken && policy.isPersonal();
        if (nameless || ACL.SYSTEM2.equals(who)) {
            throw forbidden(Messages.GateDecision_nameless());
        }
        // who administers Jenkins is nobody special here
        if (!policy.includes(who)) {
            throw forbidden(Messages.GateDecision_notNamed(who.getName(), String.join("; ", policy.getApprovers())));
        }
        if (policy.isNotStarter() && gate.started(who.getName())) {
            throw forbidden(Messages.GateDecision_starter());
        }
        if (policy.isNotAuthor() && gate.wrote(who.getName())) {
            throw forbidden(Messages.GateDecision_author());
        }
    }

    private static void checkHash(PlanGate gate, String seen) throws GateObjection {
        if (!gate.getHash().equals(seen.trim())) {
            throw conflict(Messages.GateDecision_hashOther());
        }
    }

    private static void checkReason(PlanGate gate, String reason) throws GateObjection {
        if (gate.policy().isReasonRequired() && reason.isEmpty()) {
            throw bad(Messages.GateDecision_reasonMissing());
        }
        if (reason.length() > MAX_REASON) {
            throw bad(Messages.GateDecision_reasonLong(MAX_REASON));
        }
    }

    /** On one line, since it goes into logs. */
    private static String tidy(@CheckForNull String reason) {
        return Util.fixNull(reason)
                .replaceAll("[\\p{Cntrl}\\u2028\\u2029]+", " ")
                .trim();
    }

    private static GateObjection bad(String sentence) {
        return new GateObjection(HttpServletResponse.SC_BAD_REQUEST, sentence);
    }

    private static GateObjection forbidden(String sentence) {
        return new GateObjection(HttpServletResponse.SC_FORBIDDEN, sentence);
    }

    private static GateObjection conflict(String sentence) {
        return new GateObjection(HttpServletResponse.SC_CONFLICT, sentence);
    }
}
