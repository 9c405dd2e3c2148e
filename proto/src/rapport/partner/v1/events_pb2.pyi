import datetime

from google.protobuf import struct_pb2 as _struct_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from rapport.partner.v1 import accounts_pb2 as _accounts_pb2
from rapport.partner.v1 import contacts_pb2 as _contacts_pb2
from rapport.partner.v1 import deals_pb2 as _deals_pb2
from rapport.partner.v1 import leads_pb2 as _leads_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class WatchEventsRequest(_message.Message):
    __slots__ = ("after", "types")
    AFTER_FIELD_NUMBER: _ClassVar[int]
    TYPES_FIELD_NUMBER: _ClassVar[int]
    after: str
    types: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, after: _Optional[str] = ..., types: _Optional[_Iterable[str]] = ...) -> None: ...

class WatchEventsResponse(_message.Message):
    __slots__ = ("resume_token", "event")
    RESUME_TOKEN_FIELD_NUMBER: _ClassVar[int]
    EVENT_FIELD_NUMBER: _ClassVar[int]
    resume_token: str
    event: Event
    def __init__(self, resume_token: _Optional[str] = ..., event: _Optional[_Union[Event, _Mapping]] = ...) -> None: ...

class Event(_message.Message):
    __slots__ = ("id", "type", "subject", "time", "sequence", "is_own", "account", "contact", "lead", "deal", "changed_fields", "details")
    ID_FIELD_NUMBER: _ClassVar[int]
    TYPE_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_FIELD_NUMBER: _ClassVar[int]
    TIME_FIELD_NUMBER: _ClassVar[int]
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    IS_OWN_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    CONTACT_FIELD_NUMBER: _ClassVar[int]
    LEAD_FIELD_NUMBER: _ClassVar[int]
    DEAL_FIELD_NUMBER: _ClassVar[int]
    CHANGED_FIELDS_FIELD_NUMBER: _ClassVar[int]
    DETAILS_FIELD_NUMBER: _ClassVar[int]
    id: str
    type: str
    subject: str
    time: _timestamp_pb2.Timestamp
    sequence: int
    is_own: bool
    account: _accounts_pb2.Account
    contact: _contacts_pb2.Contact
    lead: _leads_pb2.Lead
    deal: _deals_pb2.Deal
    changed_fields: _containers.RepeatedScalarFieldContainer[str]
    details: _struct_pb2.Struct
    def __init__(self, id: _Optional[str] = ..., type: _Optional[str] = ..., subject: _Optional[str] = ..., time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., sequence: _Optional[int] = ..., is_own: _Optional[bool] = ..., account: _Optional[_Union[_accounts_pb2.Account, _Mapping]] = ..., contact: _Optional[_Union[_contacts_pb2.Contact, _Mapping]] = ..., lead: _Optional[_Union[_leads_pb2.Lead, _Mapping]] = ..., deal: _Optional[_Union[_deals_pb2.Deal, _Mapping]] = ..., changed_fields: _Optional[_Iterable[str]] = ..., details: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ...) -> None: ...
