/**
 * @typedef {Object} BoardTicket
 * @property {number} id
 * @property {string} number
 * @property {string} name
 * @property {string} state
 * @property {string | false} other_group name of its group, when that is not the shown one
 *
 * @typedef {Object} BoardMember
 * @property {number} id
 * @property {number} user_id
 * @property {string} name
 * @property {string | false} email
 * @property {string | false} phone
 * @property {number} sequence place in the routing order, from 1
 * @property {number} capacity
 * @property {"free" | "busy" | "waiting" | "away"} availability
 * @property {boolean} is_away
 * @property {boolean} is_me
 * @property {number} open_count over all groups
 * @property {number} waiting_count over all groups
 * @property {BoardTicket[]} tickets those the user may see
 *
 * @typedef {{ id: number, name: string, is_default: boolean, member_count: number, queue: number }} BoardGroup
 *
 * @typedef {{ can_manage: boolean, groups: BoardGroup[], group: number | false, members: BoardMember[] }} Board
 */

const GROUP = "caredesk.support.group";
const MEMBER = "caredesk.support.member";

/** The calls of View Support to the server; all rights are checked there. */
export class BoardApi {
    /** @param {import("@web/core/orm_service").ORM} orm */
    constructor(orm) {
        this.orm = orm;
    }

    /**
     * @param {number | false} groupId
     * @returns {Promise<Board>}
     */
    load(groupId) {
        return this.orm.silent.call(GROUP, "get_support_board", [], { group_id: groupId });
    }

    /** @param {number} memberId */
    raise(memberId) {
        return this.orm.call(MEMBER, "action_increase", [[memberId]]);
    }

    /** @param {number} memberId */
    lower(memberId) {
        return this.orm.call(MEMBER, "action_decrease", [[memberId]]);
    }

    /**
     * @param {number} memberId
     * @param {boolean} away
     */
    setAway(memberId, away) {
        return this.orm.call(MEMBER, "action_set_away", [[memberId], away]);
    }

    /** @param {number} memberId */
    remove(memberId) {
        return this.orm.unlink(MEMBER, [memberId]);
    }

    /**
     * @param {string} name
     * @returns {Promise<number>} id of the new group
     */
    async createGroup(name) {
        const [groupId] = await this.orm.create(GROUP, [{ name }]);
        return groupId;
    }

    /**
     * @param {number} groupId
     * @param {string} name
     */
    renameGroup(groupId, name) {
        return this.orm.write(GROUP, [groupId], { name });
    }

    /** @param {number} groupId */
    deleteGroup(groupId) {
        return this.orm.unlink(GROUP, [groupId]);
    }

    /** @param {number} groupId */
    archiveGroup(groupId) {
        return this.orm.call(GROUP, "action_archive", [[groupId]]);
    }
}
